import DataPlane

/// A checked graph: everything the engine needs to run it, with nothing left to look up by name.
public struct Plan: Sendable {
    public var name: String
    public var source: SourceDescription
    /// Resource name to absolute path.
    public var resources: [String: String]
    /// Absolute path of the providers file; nil when no node asks a model.
    public var providersPath: String?
    public var gatesPath: String?
    public var decode: [String: DecodeProfile]
    public var shardRows: Int
    /// Upstream before downstream; the last one's rows are the result.
    public var nodes: [NodePlan]
    public var plugins: [ResolvedPlugin]
    /// The nodes as written, as JSON without operational keys: their part of the contract.
    public var contractNodes: JSONValue
    public var train: TrainSection?
    public var serve: ServeSection?
    public var evaluate: EvaluateSection?
}

/// One node of a plan.
public struct NodePlan: Sendable {
    public var id: String
    /// Where the node stands in the graph file, for messages.
    public var location: Location
    public var inputs: [NodeInput]
    /// All have to hold; empty for no condition.
    public var when: [ColumnTest]
    /// The stage its rows are written to.
    public var artifact: String?
    public var verb: NodeVerb
    /// All columns of the rows that leave the node: host columns, source columns, node columns.
    public var output: Schema
}

public enum NodeInput: Hashable, Sendable {
    case source
    /// Index into ``Plan/nodes``.
    case node(Int)
}

public enum NodeVerb: Sendable {
    case use(UsePlan)
    case identify(IdentifyPlan)
    case complete(CompletePlan)
    case embed(EmbedPlan)
    case reject(RejectPlan)
    case select(SelectPlan)
}

/// Names from a top-level column down into structs: `["teacher", "text"]`.
public struct ColumnPath: Hashable, Sendable, CustomStringConvertible {
    public var names: [String]
    public init(_ names: [String]) { self.names = names }
    public var description: String { names.joined(separator: ".") }
}

/// A test of `when`.
public struct ColumnTest: Hashable, Sendable {
    public enum Operator: Hashable, Sendable {
        case equals(Scalar)
        case not(Scalar)
        case isIn([Scalar])
        case above(Double)
        case below(Double)
        case present
        case absent
    }

    public var path: ColumnPath
    public var test: Operator

    public init(path: ColumnPath, test: Operator) {
        self.path = path
        self.test = test
    }
}

/// A constant that a column is compared with, of the column's type.
public enum Scalar: Hashable, Sendable {
    case bool(Bool)
    case int64(Int64)
    case float64(Double)
    case utf8(String)
}

/// Runs a plugin's step.
public struct UsePlan: Sendable {
    public enum Isolation: String, Sendable { case worker, inline }

    /// What happens when what the step returns breaks a rule of Docs/specs/abi.md.
    public enum OnViolation: String, Sendable {
        /// The run stops.
        case fail
        /// The rows for which it does are rejected with `contract_violation`.
        case quarantine
    }

    /// Index into ``Plan/plugins``.
    public var plugin: Int
    public var step: StepSpec
    /// The options with defaults filled in and resources as absolute paths.
    public var config: JSONValue
    /// For each bound column of the step's `reads`, in the spec's order: its name there and where it comes from. The
    /// field is what the graph offers: the step's name, with the type and nullability that hold at this node.
    public var bindings: [Binding]
    public var isolation: Isolation
    public var workers: Int
    public var rowTimeoutMilliseconds: Int64
    /// Names of variables of the host that its workers see.
    public var environment: [String] = []
    public var onViolation = OnViolation.fail
    /// Share of the node's rows, 0 to 1, past which rows that end workers end the run.
    public var crashLimit = UsePlan.defaultCrashLimit

    /// Its options and bindings, by ``optionPart(named:)`` and ``columnPart(named:)``, as far as the graph gives them.
    public var parts: [GraphPlace<String>] = []

    static func optionPart(named name: String) -> String { "with/\(name)" }
    static func columnPart(named name: String) -> String { "in/\(name)" }

    public static let defaultCrashLimit = 0.1

    public struct Binding: Sendable {
        public var offered: Field
        public var path: ColumnPath

        public init(offered: Field, path: ColumnPath) {
            self.offered = offered
            self.path = path
        }
    }
}

/// Gives samples their ids and takes out duplicates.
public struct IdentifyPlan: Sendable {
    public var decode: String
    public var canonicalInput: ColumnPath
    /// Nearest first: the first that is not null in a row is the row's context schema.
    public var contextSchemas: [ColumnPath]
    /// Whether all of them can be null in a row, or there are none: then its context schema is the empty text.
    public var canLackSchema: Bool
}

/// Asks a model.
public struct CompletePlan: Sendable {
    public var role: String
    public var decode: String
    public var messages: ColumnPath
    /// What the answer must keep to besides, in the order of the graph.
    public var constraints: [Constraint] = []
    /// How many likely tokens each token of the answer is told with; nil when nothing is told of its tokens.
    public var likelyTokens: Int?
    public var tellsReasoning = false

    /// `json_schema`, `json_object`, `tools` or `tool_choice`, and where its value is.
    public struct Constraint: Sendable {
        public enum Source: Sendable {
            case json(JSONValue)
            /// A utf8 column whose text is the JSON; null for none.
            case column(ColumnPath)
        }

        public var name: String
        public var source: Source

        public init(name: String, source: Source) {
            self.name = name
            self.source = source
        }
    }
}

/// Asks a model for the vector of a text.
public struct EmbedPlan: Sendable {
    public var role: String
    public var input: ColumnPath
}

extension NodeVerb {
    /// The role that the node asks; nil when it asks no model.
    public var role: String? {
        switch self {
        case .complete(let complete): complete.role
        case .embed(let embed): embed.role
        case .use, .identify, .reject, .select: nil
        }
    }
}

/// Ends rows by policy.
public struct RejectPlan: Sendable {
    public var when: [ColumnTest]
    public var code: String
    public var evidence: [ColumnPath]
    public var isHard: Bool
}

/// Keeps the best rows of each sample.
public struct SelectPlan: Sendable {
    public struct Order: Sendable {
        public var path: ColumnPath
        public var isDescending: Bool

        public init(path: ColumnPath, isDescending: Bool) {
            self.path = path
            self.isDescending = isDescending
        }
    }

    public var order: [Order]
    public var keep: Int
}
