import DataPlane

/// `train:` of a graph: how a student is made of the kept samples.
public struct TrainSection: Sendable {
    public enum Trainer: Sendable {
        /// TRL in a Python, with arguments of its own.
        case trl(python: String, arguments: [String])
        case command(Command)
    }

    /// Any trainer, with what it leaves. Texts may hold `{student}`, `{export}`, `{output}` and `{seed}`.
    public struct Command: Sendable {
        public var run: [String]
        public var resume: [String] = []
        public var checkpoints: String?
        public var log: GraphPlace<String>?
        public var counts: String?
        /// The Python that is asked before the training, for versions and to render samples; nil when none is.
        public var python: String?
        /// What has to be installed there.
        public var packages: [String] = []
        /// By name; one of them is `model`.
        public var outputs: [(name: String, path: String)] = []
    }

    /// Whose prompt the student is given if the graph does not say.
    static let teacherRole = "teacher"

    /// A folder of transformers, or a GGUF file, as an absolute path.
    public var student: String
    /// A column of messages.
    public var prompt: ColumnPath
    /// A text column.
    public var answer: ColumnPath
    public var validationShare = 0.05
    public var seed = 1
    /// Longer samples are cut by the trainer.
    public var maximumTokens = 1024
    public var trainer: Trainer
    /// As written, for the contract: without what only says where things lie.
    var json: JSONValue
}

/// The section as written.
struct RawTrain: Sendable {
    typealias Placed = GraphDocument.Placed

    var node: YAMLNode
    var student: Placed<String>?
    var prompt: Placed<ColumnPath>?
    var answer: Placed<ColumnPath>?
    var validationShare: Double?
    var seed: Int64?
    var maximumTokens: Int64?
    var trainer: TrainSection.Trainer?
}
