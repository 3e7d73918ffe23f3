import DataPlane

/// One thing that a gate held the student against.
public struct GateComparison: Sendable, Equatable {
    /// How it ended.
    public enum Finding: Sendable, Equatable {
        case reached, missed
        /// There is no earlier version, so another reference has to do.
        case noEarlierVersion
        /// It could not be compared, with the reason in words.
        case undecidable(String)
    }

    public var against: QualityGate.Reference
    /// The name of the other model.
    public var model: String?
    public var finding: Finding
    /// The student's figure, or the lower bound of its lead over the other model.
    public var figure: Double?
    /// What the figure was held against: the margin is in it.
    public var threshold: Double?
    /// The other model's figure that the threshold is made of.
    public var reference: Double?
    /// Row by row; only where there are two models.
    public var lead: Lead?

    /// The student's scores less the other model's, over the rows that both can be decided on.
    public struct Lead: Sendable, Equatable {
        public var rows: Int
        public var mean: Double
        public var interval: Interval
        public var mcNemar: McNemar

        /// - Precondition: there are pairs that can be decided.
        package init(_ pairing: Pairing, confidence: Double, _ bootstrap: Bootstrap) {
            guard let mean = pairing.differences.mean else { preconditionFailure("no pairs") }
            self.mean = mean
            rows = pairing.differences.count
            interval = bootstrap.interval(of: pairing.differences, confidence: confidence)
            mcNemar = pairing.mcNemar
        }
    }
}
