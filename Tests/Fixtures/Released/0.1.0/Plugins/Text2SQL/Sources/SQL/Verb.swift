/// The word that says what a statement does.
enum Verb: Equatable {
    /// `SELECT` or `VALUES`, also after `WITH …`: gives rows and changes nothing.
    case query
    /// Any other word that begins an SQLite statement.
    case other(String)

    /// What the word in `range` of `text` begins, or nil if no statement begins with it.
    ///
    /// `WITH` alone decides nothing and is a query here; see `StatementShape`.
    init?(_ text: [UInt8], in range: Range<Int>) {
        guard range.count >= 3, range.count <= 9 else { return nil }
        switch text[range.lowerBound].uppercased {
        case UInt8(ascii: "S") where text.spells("SELECT", in: range),
            UInt8(ascii: "W") where text.spells("WITH", in: range),
            UInt8(ascii: "V") where text.spells("VALUES", in: range):
            self = .query
        case let first where "ABCDEIPRSUV".utf8.contains(first):
            guard let word = Self.others.first(where: { text.spells($0, in: range) }) else { return nil }
            self = .other("\(word)")
        default:
            return nil
        }
    }

    /// Source: <https://www.sqlite.org/lang.html>.
    private static let others: [StaticString] = [
        "INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "PRAGMA", "ATTACH", "DETACH", "VACUUM",
        "REINDEX", "ANALYZE", "EXPLAIN", "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
    ]
}
