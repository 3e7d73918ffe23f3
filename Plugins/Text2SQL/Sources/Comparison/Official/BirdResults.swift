/// Whether BIRD's evaluator takes two results for the same: whether they have the same set of rows.
///
/// Source: `calculate_ex` in `evaluation_ex.py` of <https://github.com/bird-bench/mini_dev>.
enum BirdResults {
    /// The difference in a few words, or nil if there is none.
    static func difference(_ given: ResultTable, _ gold: ResultTable) -> String? {
        if given.rowCount == 0 || gold.rowCount == 0 {
            return given.rowCount == gold.rowCount ? nil : Difference.rowCount(given, gold)
        }
        guard given.columns.count == gold.columns.count else { return Difference.columnCount(given, gold) }
        if given.isIdentical(to: gold) { return nil }
        let rows = NumberedRows(given, gold).rowNumbers()
        if let missing = NumberedRows.firstAbsent(rows.gold, in: rows.given) {
            return Difference.missing(missing, of: gold)
        }
        return NumberedRows.firstAbsent(rows.given, in: rows.gold).map { Difference.extra($0, of: given) }
    }
}
