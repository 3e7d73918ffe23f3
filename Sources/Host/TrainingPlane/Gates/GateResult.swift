/// What became of one gate.
public struct GateResult: Sendable {
    public var name: String
    /// Nil for the contamination.
    public var gate: QualityGate?
    /// Without regard to a bypass.
    public var outcome: GateOutcome
    public var comparisons: [GateComparison] = []
    /// Why nothing was compared, or what the contamination is, in words.
    public var remark: String?
    /// The reason of a person who let it be.
    public var bypass: String?

    /// Whether the student may go on in spite of the outcome.
    public var isBypassed: Bool { bypass != nil && outcome != .passed }
}
