/// What a `LIMIT` that cuts through rows ordered alike leaves open: any of them would have been as right.
struct TieCut {
    /// All rows, also those that the `LIMIT` leaves out.
    private let all: ResultTable
    /// Where the groups of rows ordered alike begin in `all`.
    private let groups: [Int]
    /// The rows that the `LIMIT` takes.
    private let taken: Range<Int>
    /// The rows of the first group that is cut.
    let tied: Range<Int>

    /// Nil if no group with different rows is cut, or if that cannot be told.
    ///
    /// - Parameter run: executes a statement on the same database.
    init?(_ statement: Statement, rows: ResultTable, run: (String) -> Execution) {
        guard let clause = OrderClause(statement.bytes), let cut = clause.cut, rows.rowCount == cut.count,
            let keys = OrderKeys(statement, clause, rows: rows, withoutLimit: true, run: run)
        else { return nil }
        all = keys.table.prefix(columns: rows.columns.count)
        let groups = keys.groups()
        self.groups = groups
        taken = cut.offset..<cut.offset + cut.count
        let numbers = NumberedRows(all, ResultTable(columns: all.columns)).rowNumbers().given
        let count = all.rowCount
        let edges = [taken.lowerBound, taken.upperBound].filter { $0 > 0 && $0 < count && !groups.contains($0) }
        let cuts = edges.map { Self.group(around: $0, groups, count) }
        guard let tied = cuts.first(where: { Set(numbers[$0]).count > 1 }) else { return nil }
        self.tied = tied
    }

    var description: String { "\(tied.count) rows are ordered alike, and LIMIT takes only some of them" }

    /// Whether these rows could have been taken: each group is complete, and of those that are cut as many rows stand
    /// there as the `LIMIT` lets through.
    func allows(_ given: ResultTable, tolerance: Double) -> Bool {
        guard given.rowCount == taken.count, given.columns.count == all.columns.count else { return false }
        let rows = NumberedRows(given, all, .within(tolerance)).rowNumbers()
        var counts = [Int32](repeating: 0, count: Int(max(rows.given.max() ?? 0, rows.gold.max() ?? 0)) + 1)
        var row = taken.lowerBound
        while row < taken.upperBound {
            let group = Self.group(around: row, groups, all.rowCount)
            for number in rows.gold[group] { counts[Int(number)] += 1 }
            let end = min(group.upperBound, taken.upperBound)
            for number in rows.given[row - taken.lowerBound..<end - taken.lowerBound] {
                counts[Int(number)] -= 1
                if counts[Int(number)] < 0 { return false }
            }
            for number in rows.gold[group] { counts[Int(number)] = 0 }
            row = end
        }
        return true
    }

    /// The group that a row lies in. O(log n) in the number of groups.
    private static func group(around row: Int, _ groups: [Int], _ count: Int) -> Range<Int> {
        var (low, high) = (0, groups.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if groups[middle] <= row { low = middle } else { high = middle }
        }
        return groups[low]..<(high < groups.count ? groups[high] : count)
    }
}
