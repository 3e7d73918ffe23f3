/// All that a decision rests on.
public struct GateInputs: Sendable {
    public var runID: String
    public var gates: QualityGates
    public var models: [EvaluatedModel]
    /// No version of the student has been released before, so that there is none to compare with.
    public var isFirstVersion: Bool
    public var contamination: Contamination?
    /// Of the bootstrap; the same for each interval.
    public var seed: UInt32
    public var bypasses: [GateBypass]

    public init(
        runID: String, gates: QualityGates, models: [EvaluatedModel], isFirstVersion: Bool,
        contamination: Contamination? = nil, seed: UInt32, bypasses: [GateBypass] = []
    ) {
        self.runID = runID
        self.gates = gates
        self.models = models
        self.isFirstVersion = isFirstVersion
        self.contamination = contamination
        self.seed = seed
        self.bypasses = bypasses
    }

    func model(_ role: ModelRole) -> EvaluatedModel? { models.first { $0.role == role } }
}
