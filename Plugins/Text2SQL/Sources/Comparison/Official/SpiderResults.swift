/// Whether Spider's evaluator takes two results for the same.
///
/// Rows are a bag, or a list if the gold text orders them; columns may stand in any order; no rows equal no rows
/// whatever the columns. Values are compared as Python does, after texts have lost what is not UTF-8 in them.
///
/// Source: `result_eq` in `exec_eval.py` of <https://github.com/taoyds/test-suite-sql-eval>.
enum SpiderResults {
    /// The difference in a few words, or nil if there is none.
    static func difference(_ given: ResultTable, _ gold: ResultTable, isOrdered: Bool) -> String? {
        if given.rowCount == 0, gold.rowCount == 0 { return nil }
        guard given.rowCount == gold.rowCount else { return Difference.rowCount(given, gold) }
        guard given.columns.count == gold.columns.count else { return Difference.columnCount(given, gold) }
        if given.isIdentical(to: gold) { return nil }
        let difference = difference(ofValid: given, gold, isOrdered)
        guard difference != nil, !given.hasOnlyUnicode || !gold.hasOnlyUnicode else { return difference }
        return Self.difference(ofValid: given.withUnicodeOnly(), gold.withUnicodeOnly(), isOrdered)
    }

    private static func difference(ofValid given: ResultTable, _ gold: ResultTable, _ isOrdered: Bool) -> String? {
        let rows = NumberedRows(given, gold)
        var search = ColumnSearch(rows)
        let found =
            isOrdered
            ? rows.areSameList() || search.find { rows.areSameList($0) } != nil
            : rows.areSameBag() || search.find { _ in true } != nil
        guard found else { return "no order of the columns makes the rows the same" }
        guard rows.values.mixesForms else { return nil }
        return PythonRows.areSameUnordered(given, gold, rows, isOrdered: isOrdered)
            ? nil : "the evaluator sorts 1 and 1.0 differently within a row, and so takes equal rows for different ones"
    }
}
