/// Judges predictions against gold queries; the results of both are kept, since the same statements come again: one
/// gold for all candidates of a sample, one statement for several candidates.
struct GoldMatch {
    private struct Key: Hashable {
        let database: String
        let sql: String
    }

    private var pool: DatabasePool
    private let limits: Limits
    private var results: LeastRecentlyUsed<Key, Execution>

    /// - Parameter cacheBytes: about how much memory the kept results may take.
    init(folder: String, limits: Limits, cacheBytes: Int = 64 << 20) {
        pool = DatabasePool(folder: folder)
        self.limits = limits
        results = LeastRecentlyUsed(capacity: cacheBytes)
    }

    /// Executes what is needed and compares.
    ///
    /// - Throws: `DatabaseProblem` if there is no such database.
    mutating func judge(_ sql: String?, gold: String?, database: String) throws(DatabaseProblem) -> Comparison {
        let connection = try pool.database(database)
        guard let gold else { return Comparison(.noGold) }
        let expected = execute(gold, connection, database)
        guard let rows = expected.table else { return Comparison(failedGold: expected) }
        guard let sql else { return Comparison(.noSQL) }
        return Comparison(
            execute(sql, connection, database), gold: rows,
            goldIsOrdered: StatementShape(Array(gold.utf8)).isOrdered)
    }

    private mutating func execute(_ sql: String, _ connection: ReadOnlyDatabase, _ database: String) -> Execution {
        let key = Key(database: database, sql: sql)
        if let known = results.find(key) { return known }
        let execution = connection.execute(sql, limits: limits)
        results.keep(execution, for: key, cost: sql.utf8.count + (execution.table?.cost ?? 64))
        return execution
    }
}
