/// Keeps what is counted for each value of a facet within bounds, whatever stands in the column.
///
/// Of more than ``most`` values the first by name are kept and the rest are summed under ``rest``. Which these are does
/// not depend on the order in which books are added: a value among the first of all is among the first of any part.
public enum FacetValues {
    public static let most = 1000
    public static let rest: ExactText = "(other values)"
    /// Longer values are cut.
    static let longestCharacters = 200

    /// A value as it is counted.
    public static func name(_ value: String) -> ExactText {
        ExactText(value.utf8.count <= longestCharacters ? value : value.cut(to: longestCharacters))
    }

    /// Sums the values past the bound.
    static func bound<Counts>(_ values: inout [ExactText: Counts], _ add: (inout Counts, Counts) -> Void) {
        guard values.count > most else { return }
        let names = values.keys.filter { $0 != rest }.sorted()
        for name in names.dropFirst(most) {
            guard let counts = values.removeValue(forKey: name) else { continue }
            guard var sum = values.removeValue(forKey: rest) else {
                values[rest] = counts
                continue
            }
            add(&sum, counts)
            values[rest] = sum
        }
    }
}

extension String {
    /// The text with at most so many characters, the last of them `…` if it was longer.
    ///
    /// - Complexity: O(limit).
    public func cut(to limit: Int) -> String {
        guard let end = index(startIndex, offsetBy: limit, limitedBy: endIndex), end < endIndex else { return self }
        return self[..<index(before: end)] + "…"
    }
}
