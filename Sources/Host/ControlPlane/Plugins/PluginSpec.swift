import DataPlane

/// What a plugin states about itself: the parsed form of `spec_json` (Docs/specs/abi.md).
public struct PluginSpec: Sendable {
    public var id: String
    public var version: SemanticVersion
    public var summary: String
    public var toolchain: String
    public var steps: [StepSpec]

    public init(id: String, version: SemanticVersion, summary: String, toolchain: String, steps: [StepSpec]) {
        self.id = id
        self.version = version
        self.summary = summary
        self.toolchain = toolchain
        self.steps = steps
    }
}

/// One step of a plugin.
public struct StepSpec: Sendable {
    public enum Cardinality: String, Sendable { case one, many }

    public var id: String
    public var summary: String
    public var doc = ""
    public var cardinality = Cardinality.one
    /// Sees all candidates of a sample in one batch.
    public var isGrouped = false
    /// Must not read tainted columns.
    public var isBlind = false
    public var reads: [ColumnSpec] = []
    /// What it reads besides, under names that the graph chooses.
    public var readsMore: MoreColumns?
    public var adds: [ColumnSpec] = []
    public var rejects: [RejectSpec] = []
    public var options: [OptionSpec] = []
    public var examples: [ExampleSpec] = []

    public init(id: String, summary: String) {
        self.id = id
        self.summary = summary
    }
}

/// A column that a step reads or adds.
public struct ColumnSpec: Sendable {
    public var field: Field
    public var doc = ""
    /// A column read that may stay unbound.
    public var isOptional = false
    public var tags: [ColumnTag] = []
    public var constraints = ColumnConstraints()

    public init(_ field: Field) { self.field = field }
}

/// Further columns that a step reads: as many as the `in` of a node names, each under the name it has there.
public struct MoreColumns: Sendable, Equatable {
    public var type: DataType
    public var isNullable = false
    public var doc = ""

    public init(_ type: DataType) { self.type = type }
}

extension StepSpec {
    /// What the step reads in a node whose `in` has these names.
    func reads(naming names: [String]) -> [ColumnSpec] {
        guard let readsMore else { return reads }
        let more = names.filter { name in !reads.contains { $0.field.name == name } }
        return reads
            + more.map { name in
                var column = ColumnSpec(Field(name, readsMore.type, nullable: readsMore.isNullable))
                column.doc = readsMore.doc
                return column
            }
    }
}

/// What a column means to the host.
public enum ColumnTag: String, Sendable, CaseIterable {
    case contextSchema = "context_schema"
    case canonicalInput = "canonical_input"
    case messages
    case verdict
    case score
    case facet
    case contaminationKey = "contamination_key"
    case resultDigest = "result_digest"
    case json
}

/// What the host checks on every batch of an added column.
public struct ColumnConstraints: Sendable, Equatable {
    public var options: [String]?
    public var minimum: Double?
    public var maximum: Double?
    /// Bytes of text, elements of lists.
    public var minLength: Int?
    public var maxLength: Int?
    /// A POSIX extended regular expression that must match somewhere.
    public var pattern: String?

    public init() {}

    public var isEmpty: Bool { self == ColumnConstraints() }
}

/// A code with which a step rejects rows.
public struct RejectSpec: Sendable {
    public var code: String
    public var doc: String

    public init(code: String, doc: String) {
        self.code = code
        self.doc = doc
    }
}

/// An option of a step's `with:`.
public struct OptionSpec: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case string, integer, number, boolean
        case stringList = "string_list"
        /// The name of an entry of `resources:`; the step gets the absolute path.
        case resource
    }

    public var name: String
    public var kind: Kind
    public var doc = ""
    public var defaultValue: JSONValue?
    public var isRequired = false
    public var choices: [JSONValue] = []
    public var minimum: Double?
    public var maximum: Double?
    public var isSecret = false
    public var since: String?

    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Rows in and rows out, as the plugin's author promises them.
public struct ExampleSpec: Sendable {
    public var with: JSONValue
    public var input: [JSONValue]
    public var output: [JSONValue]

    public init(with: JSONValue, input: [JSONValue], output: [JSONValue]) {
        self.with = with
        self.input = input
        self.output = output
    }

    /// The columns of its first row of input.
    var columns: [String] { input.first?.object?.map(\.0) ?? [] }
}
