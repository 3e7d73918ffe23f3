/// By which values a query has ordered its rows.
///
/// A key that is a column of the result (by position, name, or the same expression) is read from the result. Others are
/// asked for: the query is run once more with the expressions of its `ORDER BY` as further columns.
struct OrderKeys {
    /// The rows of the query, perhaps with further columns.
    let table: ResultTable
    /// The columns that are keys, the first the most important one.
    let columns: [Int]

    /// Nil if the keys cannot be told, or if asking for them has changed the rows.
    ///
    /// - Parameters:
    ///   - rows: what the statement gave.
    ///   - withoutLimit: whether to look at the rows that `LIMIT` leaves out, too.
    init?(
        _ statement: Statement, _ clause: OrderClause, rows: ResultTable, withoutLimit: Bool = false,
        run: (String) -> Execution
    ) {
        var columns: [Int] = []
        var further: [Range<Int>] = []
        for term in clause.terms {
            if let column = Self.column(of: term, clause, statement.bytes, rows) {
                columns.append(column)
            } else {
                columns.append(rows.columns.count + further.count)
                further.append(term)
            }
        }
        self.columns = columns
        guard !further.isEmpty || withoutLimit else {
            table = rows
            return
        }
        guard further.isEmpty || !clause.isCompound && !clause.isDistinct else { return nil }
        let end = withoutLimit ? clause.limitStart ?? clause.end : clause.end
        guard let table = run(Self.text(statement.bytes[..<end], clause, further)).table,
            Self.holds(table, rows, at: withoutLimit ? clause.cut?.offset ?? 0 : 0),
            withoutLimit || table.rowCount == rows.rowCount
        else { return nil }
        self.table = table
    }

    /// Where the groups of rows with equal keys begin.
    func groups() -> [Int] {
        let numbers = ValueNumbers(table, ResultTable(columns: [])).given
        let count = table.columns.count
        return (0..<table.rowCount).filter { row in
            row == 0 || columns.contains { numbers[row * count + $0] != numbers[(row - 1) * count + $0] }
        }
    }

    private static func column(
        of term: Range<Int>, _ clause: OrderClause, _ text: [UInt8], _ rows: ResultTable
    ) -> Int? {
        let words = String(decoding: text[term], as: UTF8.self)
        if let position = Int(words) { return rows.columns.indices.contains(position - 1) ? position - 1 : nil }
        guard clause.columns.count == rows.columns.count else {
            return rows.columns.firstIndex { $0.utf8.elementsEqual(words.utf8) }
        }
        let name = unquoted(text[term])
        for (index, column) in clause.columns.enumerated() {
            if rows.columns[index].utf8.map(\.uppercased) == name, isName(text, term) { return index }
            if text[column].map(\.uppercased) == text[term].map(\.uppercased) { return index }
        }
        guard clause.isCompound || clause.isDistinct, let name = columnName(text, term) else { return nil }
        return rows.columns.firstIndex { $0.utf8.map(\.uppercased) == name }
    }

    /// The last part of a name with dots, such as `t.name`; nil if the term is anything else.
    private static func columnName(_ text: [UInt8], _ term: Range<Int>) -> [UInt8]? {
        var tokenizer = Tokenizer(text, in: term)
        var last: Range<Int>?
        while let token = tokenizer.nextSignificant() {
            guard token.kind == .word || token.kind == .quotedName else { return nil }
            last = token.range
            if let dot = tokenizer.nextSignificant(), text[dot.range] != [UInt8(ascii: ".")] { return nil }
        }
        return last.map { unquoted(text[$0]) }
    }

    private static func isName(_ text: [UInt8], _ term: Range<Int>) -> Bool {
        var tokenizer = Tokenizer(text, in: term)
        guard let token = tokenizer.next(), token.range == term else { return false }
        return token.kind == .word || token.kind == .quotedName
    }

    private static func unquoted(_ name: ArraySlice<UInt8>) -> [UInt8] {
        let isQuoted = name.first.map { "\"`[".utf8.contains($0) } ?? false
        return (isQuoted ? name.dropFirst().dropLast() : name).map(\.uppercased)
    }

    private static func text(_ text: ArraySlice<UInt8>, _ clause: OrderClause, _ terms: [Range<Int>]) -> String {
        var query = text[..<clause.columnsEnd]
        for term in terms { query += Array(", (".utf8) + text[term] + Array(")".utf8) }
        return String(decoding: query + Array(" ".utf8) + text[clause.columnsEnd...], as: UTF8.self)
    }

    /// Whether `rows` are found in `table`, in its first columns, from this row on.
    private static func holds(_ table: ResultTable, _ rows: ResultTable, at start: Int) -> Bool {
        guard table.rowCount >= start + rows.rowCount else { return false }
        let numbers = ValueNumbers(table, rows)
        let width = table.columns.count
        let count = rows.columns.count
        return numbers.gold.indices.allSatisfy { index in
            numbers.given[(start + index / count) * width + index % count] == numbers.gold[index]
        }
    }
}
