/// Finds texts that are numbers and are ordered by their letters all the same.
enum TextOrder {
    /// What was seen, or nil.
    static func evidence(in gold: GoldRows) -> String? {
        if let clause = OrderClause(gold.statement.bytes),
            let keys = OrderKeys(
                gold.statement, clause, rows: gold.rows, withoutLimit: clause.cut != nil, run: gold.run)
                ?? OrderKeys(gold.statement, clause, rows: gold.rows, run: gold.run)
        {
            for (term, column) in keys.columns.enumerated() {
                guard let (first, second) = misplaced(column, of: keys.table) else { continue }
                return "ORDER BY term \(term + 1) takes '\(first)' for less than '\(second)'"
            }
        }
        return picked(gold)
    }

    /// Two texts of a column whose order by letters is not that of their numbers; nil if not all are numbers.
    private static func misplaced(_ column: Int, of table: ResultTable) -> (String, String)? {
        var texts: [(text: String, number: Double)] = []
        for row in 0..<table.rowCount {
            switch table.cell(row * table.columns.count + column) {
            case .null: continue
            case .text(let range):
                let text = String(decoding: table.bytes[range], as: UTF8.self)
                guard let number = number(text) else { return nil }
                texts.append((text, number))
            default: return nil
            }
        }
        texts.sort { $0.text < $1.text }
        let pair = zip(texts, texts.dropFirst()).first { $0.number > $1.number }
        return pair.map { ($0.text, $1.text) }
    }

    /// A text that `max` or `min` gave, where another one is the greatest or least number.
    private static func picked(_ gold: GoldRows) -> String? {
        let text = gold.statement.bytes
        guard let columns = ColumnList(text)?.items, columns.count == gold.rows.columns.count else { return nil }
        for (column, item) in columns.enumerated() {
            guard let argument = argumentOfPick(text, item) else { continue }
            let query = text[..<argument.lowerBound] + Array("(".utf8) + text[argument] + Array(") + 0".utf8)
            let numbers = gold.run(String(decoding: query + text[argument.upperBound...], as: UTF8.self)).table
            guard let numbers, numbers.rowCount == gold.rows.rowCount else { continue }
            for row in 0..<gold.rows.rowCount {
                let index = row * columns.count + column
                guard case .text(let range) = gold.rows.cell(index) else { continue }
                let given = String(decoding: gold.rows.bytes[range], as: UTF8.self)
                let picked = Difference.describe(numbers.cell(index), numbers.bytes)
                guard let found = number(given), let wanted = Double(picked), found != wanted else { continue }
                return "column \(column + 1) picks the text '\(given)', among numbers it would be \(picked)"
            }
        }
        return nil
    }

    /// What stands between the parentheses of a column that is `max(…)` or `min(…)` and nothing else.
    private static func argumentOfPick(_ text: [UInt8], _ item: Range<Int>) -> Range<Int>? {
        var tokens = Tokenizer(text, in: item)
        guard let word = tokens.nextSignificant(),
            ["MAX", "MIN"].contains(where: { text.spells($0, in: word.range) }),
            let open = tokens.nextSignificant(), open.kind == .open
        else { return nil }
        var depth = 1
        while let token = tokens.nextSignificant() {
            if token.kind == .comma, depth == 1 { return nil }
            depth += token.kind == .open ? 1 : token.kind == .close ? -1 : 0
            if depth == 0 { return open.range.upperBound..<token.range.lowerBound }
        }
        return nil
    }

    /// The number that a text is; dates and words are none.
    private static func number(_ text: String) -> Double? {
        guard let first = text.utf8.first, first.isDigit || "+-.".utf8.contains(first),
            text.utf8.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) })
        else { return nil }
        return Double(text)
    }
}
