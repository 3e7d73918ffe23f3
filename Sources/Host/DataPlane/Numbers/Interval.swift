/// A confidence interval of a share, a mean or a difference, both ends included.
public struct Interval: Sendable, Equatable {
    public var lower: Double
    public var upper: Double
    /// How often such intervals contain the true value, between 0 and 1.
    public var confidence: Double

    public init(lower: Double, upper: Double, confidence: Double) {
        self.lower = lower
        self.upper = upper
        self.confidence = confidence
    }
}
