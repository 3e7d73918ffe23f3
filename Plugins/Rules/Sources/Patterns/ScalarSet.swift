/// A set of Unicode code points, as in `[a-z]`.
struct ScalarSet: Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    static let any = ScalarSet(ranges: [0...0x10FFFF])

    init(ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) {
        ranges = [scalar.value...scalar.value]
    }

    func contains(_ scalar: UInt32) -> Bool {
        for range in ranges where range.contains(scalar) { return !isNegated }
        return isNegated
    }

    /// The set of a class such as `[:alpha:]`, in ASCII as in the POSIX locale; nil if there is none of this name.
    static func named(_ name: String) -> [ClosedRange<UInt32>]? {
        switch name {
        case "alpha": [65...90, 97...122]
        case "digit": [48...57]
        case "alnum": [48...57, 65...90, 97...122]
        case "upper": [65...90]
        case "lower": [97...122]
        case "space": [9...13, 32...32]
        case "blank": [9...9, 32...32]
        case "punct": [33...47, 58...64, 91...96, 123...126]
        case "xdigit": [48...57, 65...70, 97...102]
        case "cntrl": [0...31, 127...127]
        case "print": [32...126]
        case "graph": [33...126]
        case "word": [48...57, 65...90, 95...95, 97...122]
        default: nil
        }
    }
}
