import DataPlane

extension DataType {
    /// Whether values of this type can be read as another: the same, but what is inside may be null less often.
    func fits(_ wanted: DataType) -> Bool {
        switch (self, wanted) {
        case (.list(let mine), .list(let theirs)):
            return mine.type.fits(theirs.type) && (theirs.nullable || !mine.nullable)
        case (.structure(let mine), .structure(let theirs)):
            return mine.count == theirs.count
                && zip(mine, theirs).allSatisfy { one, other in
                    one.name == other.name && one.type.fits(other.type) && (other.nullable || !one.nullable)
                }
        default: return self == wanted
        }
    }

    /// Whether `equals`, `above` and an order can be said of it.
    var isComparable: Bool {
        switch self {
        case .bool, .int64, .float64, .utf8: true
        case .binary, .list, .structure: false
        }
    }

    /// Whether there are bytes in it that are no text.
    var holdsBinary: Bool {
        switch self {
        case .binary: true
        case .list(let element): element.type.holdsBinary
        case .structure(let fields): fields.contains { $0.type.holdsBinary }
        case .bool, .int64, .float64, .utf8: false
        }
    }
}
