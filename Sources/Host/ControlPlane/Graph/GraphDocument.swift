import DataPlane

/// A graph file as written: its parts with their places, not yet checked against plugins.
///
/// ```swift
/// let graph = try GraphDocument.load("demo.yaml")
/// let plan = try GraphChecker(plugins: registry.resolve).check(graph)
/// ```
///
/// What is wrong with the parts themselves is kept in ``failures``, for ``GraphChecker`` to report together with what it
/// finds. What could not be read is left out.
public struct GraphDocument: Sendable {
    /// A value and where it stands.
    struct Placed<Value: Sendable>: Sendable {
        var value: Value
        var mark: Mark
    }

    public let yaml: YAMLDocument
    /// What is wrong with the file, in the order found.
    public internal(set) var failures: [Failure] = []

    public internal(set) var name: String?
    /// In the order of the file.
    public internal(set) var plugins: [PluginRequest] = []
    /// Sections with a name that could not be read, or whose own name is spelled wrong, so that a name that is not found
    /// in them may be there: `'plugins'`.
    var incomplete: Set<String> = []
    var source: SourceDescription?
    /// False when a source column could not be read, so that a name that is not found may be that one.
    var isSourceComplete = true
    var resources: [(name: Placed<String>, path: Placed<String>)] = []
    var providers: Placed<String>?
    var gates: Placed<String>?
    /// Nil for a profile that could not be read.
    var decode: [String: DecodeProfile?] = [:]
    var shardRows = 10_000
    var nodes: [RawNode] = []
    var train: RawTrain?
    var serve: ServeSection?
    var evaluate: EvaluateSection?

    init(_ yaml: YAMLDocument) { self.yaml = yaml }

    /// Reads a graph file.
    ///
    /// - Throws: ``Failure`` if it cannot be read or is not YAML.
    public static func load(_ path: String) throws(Failure) -> GraphDocument {
        GraphReader.read(try YAMLDocument.load(path))
    }

    /// Reads a graph from the bytes of a file; relative paths in it start at the folder of `path`.
    ///
    /// - Throws: ``Failure`` if it is not YAML.
    public static func parse(_ bytes: [UInt8], path: String) throws(Failure) -> GraphDocument {
        GraphReader.read(try YAMLDocument.parse(bytes, path: path))
    }

    func location(_ mark: Mark) -> Location { Location(file: yaml.path, line: mark.line, column: mark.column) }
}

/// A plugin that a graph asks for.
public struct PluginRequest: Sendable {
    public var name: PluginName
    /// Nil when it could not be read.
    public var range: VersionRange?
    public var location: Location
    var mark: Mark
}

/// A node as written.
struct RawNode: Sendable {
    typealias Placed = GraphDocument.Placed

    var yaml: YAMLNode
    var mark: Mark { yaml.mark }
    /// Nil when it is missing or ill-formed.
    var id: Placed<String>?
    /// Nil for the node above.
    var from: [Placed<String>]?
    /// Known keys that were probably meant by unknown ones: what they would have said is not known.
    var misspelled: Set<String> = []
    var bindings: [RawBinding] = []
    var when: RawTests?
    var artifact: Placed<String>?
    /// Nil when there is none that could be read.
    var verb: RawVerb?

    /// The node in messages.
    var title: String { id.map { "node '\($0.value)'" } ?? "a node" }
}

/// An element of `in`.
struct RawBinding: Sendable {
    var name: GraphDocument.Placed<String>
    /// Nil when it could not be read.
    var path: GraphDocument.Placed<ColumnPath>?
}

/// A `when`: all its tests have to hold.
struct RawTests: Sendable {
    var tests: [RawTest] = []
    /// False when some could not be read.
    var isComplete = true
}

struct RawTest: Sendable {
    enum Word: String, Sendable, CaseIterable {
        case equals, not
        case isIn = "in"
        case above, below, present, absent
    }

    var path: GraphDocument.Placed<ColumnPath>
    var word: Word
    var value: YAMLNode
}

/// What a node does, as written. Parts that could not be read are nil.
enum RawVerb: Sendable {
    typealias Placed = GraphDocument.Placed

    struct Use: Sendable {
        var mark: Mark
        var plugin: PluginName
        var step: String
        var with: [(key: YAMLNode, value: YAMLNode)]
        var withMark: Mark
        var isolation = UsePlan.Isolation.worker
        var isolationMark: Mark
        var workers = 1
        var rowTimeoutMilliseconds: Int64 = 30_000
        var environment: [String] = []
        var onViolation = UsePlan.OnViolation.fail
        var crashLimit = UsePlan.defaultCrashLimit
    }

    struct Complete: Sendable {
        var mark: Mark
        var role: Placed<String>?
        var decode: Placed<String>?
        var constraints: [RawConstraint] = []
        /// Nil when the answer's tokens are not told.
        var likelyTokens: Int?
        var tellsReasoning = false
    }

    /// A member of `response_format`, `tools` or `tool_choice`, under the name it has in the request's constraints.
    struct RawConstraint: Sendable {
        enum Source: Sendable {
            case json(JSONValue)
            case column(Placed<ColumnPath>)
            /// It could not be read.
            case hidden
        }

        var name: String
        /// The key of `complete` that it comes from.
        var key: String
        var source: Source
        /// Its value stands in a file of its own.
        var isFile = false
    }

    struct Embed: Sendable {
        var mark: Mark
        var role: Placed<String>?
        var input: Placed<ColumnPath>?
    }

    struct Reject: Sendable {
        var when: RawTests
        var code: String?
        var evidence: [Placed<ColumnPath>]
        var isHard: Bool
    }

    struct Select: Sendable {
        var order: [(path: Placed<ColumnPath>, isDescending: Bool)]
        var keep: Int
    }

    case use(Use)
    case identify(mark: Mark, decode: Placed<String>?)
    case complete(Complete)
    case embed(Embed)
    case reject(Reject)
    case select(Select)
}
