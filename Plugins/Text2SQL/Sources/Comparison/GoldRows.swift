/// The rows of a gold query, with what is needed to tell which other rows would have been as right.
struct GoldRows {
    let statement: Statement
    let rows: ResultTable
    let strict: StrictResults
    /// Executes a statement on the database that the rows are from.
    let run: (String) -> Execution

    /// How these rows differ from the gold ones by the strict rules; nil if they do not.
    func difference(from given: ResultTable) -> String? {
        guard statement.shape.isOrdered else { return strict.difference(given, rows) }
        var known: [Int]??
        return strict.difference(given, rows) {
            if let known { return known }
            let keys = OrderClause(statement.bytes).flatMap { OrderKeys(statement, $0, rows: rows, run: run) }
            known = .some(keys?.groups())
            return keys?.groups()
        }
    }

    /// What a `LIMIT` leaves open; nil if nothing.
    func tieCut() -> TieCut? {
        statement.shape.isOrdered ? TieCut(statement, rows: rows, run: run) : nil
    }
}
