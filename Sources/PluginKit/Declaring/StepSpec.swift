/// Everything a step declared about itself.
struct StepSpec {
    var id: String
    var summary: String
    var doc: String
    var cardinality: Cardinality
    var isGrouped: Bool
    var isBlind: Bool
    var reads: [ColumnSpec] = []
    /// What it reads besides, under names that the graph chooses.
    var readsMore: MoreColumns?
    var adds: [ColumnSpec] = []
    var rejects: [RejectSpec] = []
    var options: [OptionSpec] = []
    var examples: [ExampleSpec] = []
}

/// How many rows a step makes of one.
public enum Cardinality: String, Sendable {
    case one
    case many
}

struct MoreColumns {
    var type: ColumnType
    var isNullable: Bool
    var doc: String
}

struct ColumnSpec {
    var name: String
    var type: ColumnType
    var isNullable: Bool
    var doc: String
    var isOptional = false
    var binding = ColumnBinding()
    var tags: [Tag] = []
    var constraints: [String: Value] = [:]

    var field: ColumnType.Field { ColumnType.Field(name: name, type: type, isNullable: isNullable) }
}

struct RejectSpec {
    var code: String
    var doc: String
}

struct OptionSpec {
    var name: String
    var type: String
    var doc: String
    var defaultValue: Value?
    var isRequired = false
    var isSecret = false
    var since: String?
    var limits: [String: Value] = [:]
}

struct ExampleSpec {
    var options: [String: Value]
    var input: [[String: Value]]
    var output: [[String: Value]]
}
