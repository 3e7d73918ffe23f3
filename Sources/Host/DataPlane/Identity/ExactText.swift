/// A text that equals another where their bytes are the same.
///
/// Swift's strings are equal where Unicode calls them equivalent, "é" in one scalar and in two; values of data are not: two
/// rows with either have two ids, two requests and two places in a report.
///
/// ```swift
/// var seen: Set<ExactText> = []
/// seen.insert("e\u{301}")
/// seen.contains("\u{E9}")   // false
/// ```
public struct ExactText: Hashable, Comparable, Sendable, ExpressibleByStringLiteral {
    public let text: String

    public init(_ text: String) { self.text = text }
    public init(stringLiteral text: String) { self.text = text }

    /// - Complexity: O(bytes), as are the others.
    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    public static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        if text.utf8.withContiguousStorageIfAvailable({ hasher.combine(bytes: .init($0)) }) == nil {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
