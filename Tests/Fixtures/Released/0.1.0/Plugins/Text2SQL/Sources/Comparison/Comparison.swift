/// Compares the result of a prediction with the result of the gold query.
///
/// The rows are a list if the gold query orders them, else a bag: then their order is free, but how often each stands
/// there counts. Columns are compared by position; their names are free.
struct Comparison {
    let reason: Reason
    /// The first difference, or what failed, in a few words; nil if nothing did.
    let detail: String?

    /// What a gold query that failed makes of every prediction.
    init(failedGold gold: Execution) {
        self.init(gold.status == .limit ? .goldLimit : .goldError, gold.error)
    }

    /// Compares what the prediction gave with the rows of the gold query.
    init(_ prediction: Execution, gold expected: ResultTable, goldIsOrdered: Bool) {
        guard let given = prediction.table else {
            self.init(prediction.status == .limit ? .predictionLimit : .predictionError, prediction.error)
            return
        }
        let difference = Self.difference(given, expected, isOrdered: goldIsOrdered)
        self.init(difference == nil ? .match : .differ, difference)
    }

    init(_ reason: Reason, _ detail: String? = nil) {
        self.reason = reason
        self.detail = detail
    }

    /// The first difference, or nil if there is none.
    static func difference(_ given: ResultTable, _ expected: ResultTable, isOrdered: Bool) -> String? {
        guard given.columns.count == expected.columns.count else {
            return "\(count(given.columns.count, "column")) instead of \(expected.columns.count)"
        }
        guard given.rowCount == expected.rowCount else {
            return "\(count(given.rowCount, "row")) instead of \(expected.rowCount)"
        }
        return isOrdered ? listDifference(given, expected) : bagDifference(given, expected)
    }

    private static func listDifference(_ given: ResultTable, _ expected: ResultTable) -> String? {
        for index in given.cells.indices
        where !CellEquality.areEqual(given.cells[index], given.bytes, expected.cells[index], expected.bytes) {
            let row = index / given.columns.count + 1
            let column = index % given.columns.count + 1
            let found = CellEquality.describe(given.cells[index], given.bytes)
            let wanted = CellEquality.describe(expected.cells[index], expected.bytes)
            return "row \(row), column \(column): \(found) instead of \(wanted)"
        }
        return nil
    }

    private static func bagDifference(_ given: ResultTable, _ expected: ResultTable) -> String? {
        guard let row = RowBag(expected).firstMissing(in: RowBag(given)) else { return nil }
        let cells = expected.row(row).prefix(4).map { CellEquality.describe($0, expected.bytes) }
        let more = expected.columns.count > 4 ? ", …" : ""
        return "no row (\(cells.joined(separator: ", "))\(more))"
    }

    private static func count(_ number: Int, _ word: String) -> String {
        number == 1 ? "1 \(word)" : "\(number) \(word)s"
    }
}
