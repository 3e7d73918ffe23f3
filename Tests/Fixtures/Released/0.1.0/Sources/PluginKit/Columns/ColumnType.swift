/// The type of a column, as the specs write it: `utf8`, `list<int64?>`, `struct<role: utf8, content: utf8>`.
public indirect enum ColumnType: Equatable, Sendable, CustomStringConvertible {
    case bool
    case int64
    case float64
    case utf8
    case binary
    case list(Element)
    case structure([Field])

    /// What a list holds.
    public struct Element: Equatable, Sendable {
        let type: ColumnType
        let isNullable: Bool
    }

    /// A member of a struct, or a column of a batch.
    public struct Field: Equatable, Sendable {
        let name: String
        let type: ColumnType
        let isNullable: Bool
    }

    /// The type in the grammar of the graph language.
    public var description: String {
        switch self {
        case .bool: "bool"
        case .int64: "int64"
        case .float64: "float64"
        case .utf8: "utf8"
        case .binary: "binary"
        case .list(let element): "list<\(element.type)\(element.isNullable ? "?" : "")>"
        case .structure(let fields):
            "struct<" + fields.map { "\($0.name): \($0.type)\($0.isNullable ? "?" : "")" }.joined(separator: ", ") + ">"
        }
    }

    /// Whether values of this type can be read as values of `wanted`: equal, and null only where `wanted` takes null.
    func fits(_ wanted: ColumnType) -> Bool {
        switch (self, wanted) {
        case (.list(let mine), .list(let theirs)):
            mine.type.fits(theirs.type) && (theirs.isNullable || !mine.isNullable)
        case (.structure(let mine), .structure(let theirs)):
            mine.count == theirs.count
                && zip(mine, theirs).allSatisfy {
                    $0.name == $1.name && $0.type.fits($1.type) && ($1.isNullable || !$0.isNullable)
                }
        default: self == wanted
        }
    }
}
