/// What a trainer says about one of its steps.
public struct TrainingPoint: Sendable, Equatable {
    public var step: Int
    /// NaN when the trainer says that it is no number.
    public var loss: Double
    /// Tokens trained on so far, if the trainer says so.
    public var tokens: Int?

    public init(step: Int, loss: Double, tokens: Int? = nil) {
        self.step = step
        self.loss = loss
        self.tokens = tokens
    }
}
