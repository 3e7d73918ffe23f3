/// The words for what differs between the given result and that of the gold query.
enum Difference {
    static func columnCount(_ given: ResultTable, _ gold: ResultTable) -> String {
        "\(count(given.columns.count, "column")) instead of \(gold.columns.count)"
    }

    static func rowCount(_ given: ResultTable, _ gold: ResultTable) -> String {
        "\(count(given.rowCount, "row")) instead of \(gold.rowCount)"
    }

    static func missing(_ row: Int, of gold: ResultTable) -> String {
        "no row (\(describe(row, gold)))"
    }

    static func extra(_ row: Int, of given: ResultTable) -> String {
        "a row (\(describe(row, given))) too many"
    }

    static func value(
        _ row: Int, _ column: Int, _ given: Cell, _ givenTable: ResultTable, _ gold: Cell, _ goldTable: ResultTable
    ) -> String {
        "row \(row + 1), column \(column + 1): \(describe(given, givenTable.bytes)) instead of "
            + describe(gold, goldTable.bytes)
    }

    private static func describe(_ row: Int, _ table: ResultTable) -> String {
        let cells = table.row(row).prefix(4).map { describe($0, table.bytes) }
        return cells.joined(separator: ", ") + (table.columns.count > 4 ? ", …" : "")
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

    private static func count(_ number: Int, _ word: String) -> String {
        number == 1 ? "1 \(word)" : "\(number) \(word)s"
    }
}
