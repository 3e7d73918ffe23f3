/// What is to be released, and what it rests on.
public struct Promotion: Sendable {
    public var name: String
    public var version: String
    /// The trained model, a file or a folder; its checkpoints are left out.
    public var modelPath: String
    /// The SHA-256 of the model that was evaluated (``hashModel(_:)``); nil when that is not known.
    public var modelHash: String?
    public var decision: GateDecision
    /// Where the record of the student's evaluation lies.
    public var evaluationFolder: String
    /// `training.json`, if it was trained here.
    public var trainingRecord: String?

    public init(
        name: String, version: String, modelPath: String, modelHash: String? = nil, decision: GateDecision,
        evaluationFolder: String, trainingRecord: String? = nil
    ) {
        self.name = name
        self.version = version
        self.modelPath = modelPath
        self.modelHash = modelHash
        self.decision = decision
        self.evaluationFolder = evaluationFolder
        self.trainingRecord = trainingRecord
    }
}
