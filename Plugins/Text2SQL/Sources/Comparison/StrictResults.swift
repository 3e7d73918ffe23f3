/// Whether two results are the same answer, by rules that can be defended.
struct StrictResults {
    /// Whether the columns may stand in any order.
    var permutesColumns = false
    /// Largest relative difference between a real and an equal number.
    var tolerance = 1e-9

    /// The first difference, or nil if there is none.
    ///
    /// - Parameter groups: nil if the gold query does not order its rows; else a function that tells where the groups
    ///   of rows begin that it orders alike, or nil if that is not known: then every row is a group.
    func difference(_ given: ResultTable, _ gold: ResultTable, groups: (() -> [Int]?)? = nil) -> String? {
        guard given.columns.count == gold.columns.count else { return Difference.columnCount(given, gold) }
        guard given.rowCount == gold.rowCount else { return Difference.rowCount(given, gold) }
        if given.isIdentical(to: gold) { return nil }
        var rows = NumberedRows(given, gold)
        if areSame(rows, groups) { return nil }
        if given.hasReals || gold.hasReals {
            rows = NumberedRows(given, gold, .within(tolerance))
            if areSame(rows, groups) { return nil }
        }
        if let row = rows.firstMissing(), groups == nil || permutesColumns { return Difference.missing(row, of: gold) }
        return groups.map { Self.orderDifference(given, gold, rows, $0()) } ?? "no order of the columns fits"
    }

    private func areSame(_ rows: NumberedRows, _ groups: (() -> [Int]?)?) -> Bool {
        if Self.areSame(rows, nil, groups) { return true }
        guard permutesColumns else { return false }
        var search = ColumnSearch(rows)
        return search.find { Self.areSame(rows, $0, groups) } != nil
    }

    private static func areSame(_ rows: NumberedRows, _ columns: [Int]?, _ groups: (() -> [Int]?)?) -> Bool {
        guard let groups else { return rows.areSameBag(columns) }
        if rows.areSameList(columns) { return true }
        guard rows.areSameBag(columns), let starts = groups() else { return false }
        return rows.firstDifferentGroup(starts, columns) == nil
    }

    private static func orderDifference(
        _ given: ResultTable, _ gold: ResultTable, _ rows: NumberedRows, _ groups: [Int]?
    ) -> String {
        var start = 0
        if let groups, let group = rows.firstDifferentGroup(groups) { start = groups[group] * rows.columnCount }
        let values = rows.values
        let index = values.gold.indices.first { $0 >= start && values.given[$0] != values.gold[$0] } ?? start
        return Difference.value(
            index / rows.columnCount, index % rows.columnCount, given.cell(index), given, gold.cell(index), gold)
    }
}
