/// The type of a column.
///
/// The names are those of the Arrow columnar format; text and binary have 32-bit offsets, so one batch holds at most
/// 2 GiB of each.
public indirect enum DataType: Hashable, Sendable {
    case bool
    case int64
    case float64
    case utf8
    case binary
    case list(Field)
    case structure([Field])
}

/// A named, typed slot of a schema.
public struct Field: Hashable, Sendable {
    public var name: String
    public var type: DataType
    public var nullable: Bool

    public init(_ name: String, _ type: DataType, nullable: Bool = false) {
        self.name = name
        self.type = type
        self.nullable = nullable
    }
}

extension DataType: CustomStringConvertible {
    /// The type as specs and messages write it: `utf8`, `list<float64?>`, `struct<role: utf8, content: utf8>`.
    public var description: String {
        switch self {
        case .bool: "bool"
        case .int64: "int64"
        case .float64: "float64"
        case .utf8: "utf8"
        case .binary: "binary"
        case .list(let element): "list<\(element.type)\(element.nullable ? "?" : "")>"
        case .structure(let fields): "struct<\(fields.map(\.description).joined(separator: ", "))>"
        }
    }
}

extension Field: CustomStringConvertible {
    public var description: String { "\(name): \(type)\(nullable ? "?" : "")" }
}

extension DataType {
    /// The list of chat messages that `complete` reads: one struct of role and content a message.
    public static let messages = DataType.list(
        Field("item", .structure([Field("role", .utf8), Field("content", .utf8)])))
}
