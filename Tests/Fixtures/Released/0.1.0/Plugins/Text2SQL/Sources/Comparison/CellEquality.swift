/// When two values are the same answer.
///
/// - NULL equals NULL and nothing else.
/// - Numbers are compared by value, whatever their type: 1 equals 1.0. If one is a real, they may differ by `tolerance`
///   of the larger, since the order of summing changes the last digits; two integers must be equal.
/// - A text equals the same bytes of text; it equals no number and no blob.
enum CellEquality {
    /// Largest relative difference between a real and an equal number.
    static let tolerance = 1e-9

    static func areEqual(_ left: Cell, _ leftBytes: [UInt8], _ right: Cell, _ rightBytes: [UInt8]) -> Bool {
        switch (left, right) {
        case (.null, .null):
            true
        case (.integer(let first), .integer(let second)):
            first == second
        case (.integer(let first), .real(let second)), (.real(let second), .integer(let first)):
            areClose(Double(first), second)
        case (.real(let first), .real(let second)):
            areClose(first, second)
        case (.text(let first), .text(let second)), (.blob(let first), .blob(let second)):
            leftBytes[first] == rightBytes[second]
        default:
            false
        }
    }

    static func areClose(_ first: Double, _ second: Double) -> Bool {
        if first == second { return true }
        guard first.isFinite, second.isFinite else { return false }
        return abs(first - second) <= tolerance * max(abs(first), abs(second))
    }

    /// The value as SQL would write it, shortened to some 40 characters.
    static func describe(_ cell: Cell, _ bytes: [UInt8]) -> String {
        switch cell {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .real(let value): value.description
        case .text(let range): shortened(String(decoding: bytes[range], as: UTF8.self))
        case .blob(let range): "a blob of \(range.count) bytes"
        }
    }

    private static func shortened(_ text: String) -> String {
        let start = text.prefix(40)
        return start.endIndex == text.endIndex ? "'\(text)'" : "'\(start)…'"
    }
}
