import DataPlane

/// `evaluate:` of a graph: which models answer the test rows, and which column says whether they are right.
public struct EvaluateSection: Sendable {
    /// One model that is asked.
    public struct Model: Sendable {
        /// Who answers.
        public enum Answerer: Sendable {
            /// A provider of the evaluation graph's providers file.
            case provider(GraphPlace<String>)
            /// Whoever answers for a role there.
            case role(GraphPlace<String>)
            /// What the registry keeps of the version released last; nobody is asked.
            case registry
        }

        /// What is served for it.
        public enum Served: Sendable, Equatable {
            /// What the training of this run has made.
            case trained
            /// The student before training.
            case untrained
            /// The version released last.
            case previous
            /// A file or folder.
            case path(String)

            /// As records name it.
            public var name: String {
                switch self {
                case .trained: "trained"
                case .untrained: "untrained"
                case .previous: "previous"
                case .path: "path"
                }
            }
        }

        /// `student`, `baseline`, `teacher` or `previous`.
        public var role: String
        public var answerer: Answerer
        /// A graph of its own, as an absolute path, where its prompt differs.
        public var graph: String?
        public var served: Served?
        /// As records and gates call it; by default its provider, role or served model.
        public var name: String?
    }

    public static let roles = ["student", "baseline", "teacher", "previous"]

    /// The graph over the test rows, as an absolute path.
    public var graph: GraphPlace<String>
    /// The role that it asks, for which the models answer.
    public var role: GraphPlace<String>?
    public var verdict: GraphPlace<ColumnPath>
    /// A column that says whether an answer could be executed: true, or `ok`.
    public var executable: GraphPlace<ColumnPath>?
    /// Pairs that users have judged, as an absolute path.
    public var feedback: String?
    /// How a judge compares answers.
    public var pairs: PairsSection?
    public var models: [Model]
    /// As written, without paths and models: its part of the contract.
    public internal(set) var json: JSONValue

    /// What the graph asks models as, if it does not say otherwise.
    public static let askedRole = "student"
}

/// `serve:` of a graph: a server for a model of this machine. Texts may hold `{model}` and `{port}`.
public struct ServeSection: Sendable {
    public var command: [String]
    /// Its OpenAI-compatible base URL.
    public var url: String
    /// Answers with 200 once it is ready; by default `{url}/models`.
    public var ready: String
    public var deadlineMilliseconds: Int64 = 120_000
    /// What of it may change answers, for the contract.
    public internal(set) var json: JSONValue
}
