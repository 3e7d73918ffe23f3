/// The `ORDER BY` of an outermost statement, and what is needed to ask for its keys as columns.
struct OrderClause {
    /// The expressions, without direction.
    let terms: [Range<Int>]
    /// The columns of the outermost `SELECT`, with their aliases.
    let columns: [Range<Int>]
    /// Whether it orders a compound (`UNION` …), whose keys can only be columns of the result.
    let isCompound: Bool
    let isDistinct: Bool
    /// Where further columns can be written.
    let columnsEnd: Int
    /// Where `LIMIT` begins; nil if there is none.
    let limitStart: Int?
    /// What stands behind `LIMIT`, if it is plain numbers: how many rows are left out, and how many are taken.
    let cut: (offset: Int, count: Int)?
    /// Where the statement ends, before its semicolon.
    let end: Int

    /// Nil if the outermost statement has no `ORDER BY`.
    init?(_ text: [UInt8]) {
        let reader = TopLevelReader(text)
        guard let order = reader.orderStart, let select = reader.selectStart else { return nil }
        isCompound = reader.isCompound
        isDistinct = reader.isDistinct
        limitStart = reader.limitStart
        cut = reader.cut
        end = reader.end
        columnsEnd = reader.columnsEnd ?? order
        columns = reader.items(in: select..<columnsEnd)
        terms = reader.items(in: reader.termsStart..<(limitStart ?? end)).map { reader.withoutDirection($0) }
        guard !terms.isEmpty, order < end else { return nil }
    }
}

/// The columns of the outermost `SELECT` of a statement.
struct ColumnList {
    let items: [Range<Int>]

    init?(_ text: [UInt8]) {
        let reader = TopLevelReader(text)
        guard let start = reader.selectStart else { return nil }
        items = reader.items(in: start..<(reader.columnsEnd ?? reader.end))
    }
}

/// Finds the clauses of a statement by its tokens outside parentheses.
private struct TopLevelReader {
    private let text: [UInt8]
    private var tokens: [(token: Token, depth: Int)] = []
    private(set) var selectStart: Int?
    private(set) var columnsEnd: Int?
    private(set) var orderStart: Int?
    private(set) var termsStart = 0
    private(set) var limitStart: Int?
    private(set) var isCompound = false
    private(set) var isDistinct = false
    private(set) var end = 0

    init(_ text: [UInt8]) {
        self.text = text
        var tokenizer = Tokenizer(text)
        var depth = 0
        while let token = tokenizer.nextSignificant(), token.kind != .semicolon {
            if token.kind == .close { depth -= 1 }
            tokens.append((token, depth))
            if token.kind == .open { depth += 1 }
            end = token.range.upperBound
        }
        for (index, entry) in tokens.enumerated() where entry.depth == 0 && entry.token.kind == .word {
            note(entry.token.range, previous: index > 0 ? tokens[index - 1].token.range : 0..<0)
        }
    }

    private mutating func note(_ word: Range<Int>, previous: Range<Int>) {
        if is_("SELECT", word) {
            if selectStart == nil { selectStart = word.upperBound }
        } else if is_("DISTINCT", word) || is_("ALL", word), is_("SELECT", previous) {
            isDistinct = isDistinct || is_("DISTINCT", word)
            if selectStart == previous.upperBound { selectStart = word.upperBound }
        } else if is_("UNION", word) || is_("INTERSECT", word) || is_("EXCEPT", word) {
            isCompound = true
        } else if is_("BY", word), is_("ORDER", previous) {
            orderStart = previous.lowerBound
            termsStart = word.upperBound
            columnsEnd = columnsEnd ?? previous.lowerBound
        } else if is_("LIMIT", word) {
            limitStart = word.lowerBound
        } else if selectStart != nil, columnsEnd == nil,
            ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW"].contains(where: { is_($0, word) })
        {
            columnsEnd = word.lowerBound
        }
    }

    private func is_(_ word: StaticString, _ range: Range<Int>) -> Bool { text.spells(word, in: range) }

    /// `LIMIT n`, `LIMIT n OFFSET m` or `LIMIT m, n`.
    var cut: (offset: Int, count: Int)? {
        guard let limitStart else { return nil }
        let words = tokens.filter { $0.token.range.lowerBound > limitStart }.map {
            String(decoding: text[$0.token.range], as: UTF8.self)
        }
        guard let first = words.first.flatMap(Int.init), first >= 0 else { return nil }
        if words.count == 1 { return (0, first) }
        guard words.count == 3, let second = Int(words[2]), second >= 0 else { return nil }
        if words[1] == "," { return (first, second) }
        return Array(words[1].utf8).spells("OFFSET", in: 0..<words[1].utf8.count) ? (second, first) : nil
    }

    /// What stands between the commas of `range`.
    func items(in range: Range<Int>) -> [Range<Int>] {
        var items: [Range<Int>] = []
        var start: Int?
        var last = 0
        for (token, depth) in tokens where range.contains(token.range.lowerBound) {
            if token.kind == .comma, depth == 0 {
                if let start { items.append(start..<last) }
                start = nil
            } else {
                start = start ?? token.range.lowerBound
                last = token.range.upperBound
            }
        }
        if let start { items.append(start..<last) }
        return items
    }

    /// A term without `ASC`, `DESC` and `NULLS FIRST` or `LAST` at its end.
    func withoutDirection(_ term: Range<Int>) -> Range<Int> {
        var words = tokens.filter { term.contains($0.token.range.lowerBound) }.map(\.token.range)
        while words.count > 1, let last = words.last,
            ["ASC", "DESC", "FIRST", "LAST", "NULLS"].contains(where: { is_($0, last) })
        {
            words.removeLast()
        }
        return term.lowerBound..<(words.last?.upperBound ?? term.upperBound)
    }
}
