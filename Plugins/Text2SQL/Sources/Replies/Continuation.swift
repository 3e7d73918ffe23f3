/// Tells whether a line of a reply goes on with a statement or begins with prose.
struct Continuation {
    /// In a statement that begins with `Select`, a clause may begin with `From`; else, and behind an empty line, such a
    /// word begins a sentence.
    private let allowsCapitalised: Bool

    init(_ text: [UInt8], statementAt position: Int) {
        allowsCapitalised = position + 1 < text.count && Self.isCapitalised(text, position..<position + 2)
    }

    /// Whether the first thing in `range` can only be the next part of a statement.
    func follows(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var tokens = Tokenizer(text, in: range)
        guard let token = tokens.nextSignificant() else { return false }
        switch token.kind {
        case .word:
            guard Self.words.contains(where: { text.spells($0, in: token.range) }) else { return false }
            guard Self.isCapitalised(text, token.range) else { return true }
            return allowsCapitalised && text[range.lowerBound..<token.range.lowerBound].count { $0 == 0x0A } < 2
        case .open, .close, .comma, .semicolon:
            return true
        case .symbol:
            return !"-*>#".utf8.contains(text[token.range.lowerBound])
        default:
            return false
        }
    }

    private static func isCapitalised(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count > 1 else { return false }
        let first = text[range.lowerBound]
        let second = text[range.lowerBound + 1]
        return first.isLetter && first.uppercased == first && second.isLetter && second.uppercased != second
    }

    private static let words: [StaticString] = [
        "FROM", "WHERE", "AND", "OR", "NOT", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS", "NATURAL",
        "ON", "USING", "GROUP", "HAVING", "ORDER", "BY", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT", "AS", "ASC",
        "DESC", "IN", "LIKE", "BETWEEN", "IS", "CASE", "WHEN", "THEN", "ELSE", "END", "OVER", "WINDOW", "COLLATE",
        "EXISTS", "GLOB", "SET", "INTO", "FETCH", "ILIKE", "RLIKE", "SIMILAR", "QUALIFY", "LATERAL", "MINUS", "FOR",
    ]
}
