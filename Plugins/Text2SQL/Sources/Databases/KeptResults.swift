/// Executes statements and keeps their results, since the same ones come again: one gold query for all candidates of a
/// sample, one statement for several candidates.
///
/// A class, so that what compares results can ask for more of them.
final class KeptResults {
    private struct Key: Hashable {
        let file: Int
        let isReversed: Bool
        /// Its bytes: to SQLite texts differ that Unicode holds to be equivalent.
        let sql: [UInt8]
    }

    private var pool: DatabasePool
    private let limits: Limits
    private var results: LeastRecentlyUsed<Key, Execution>
    /// Whether the result that was asked for last had been kept.
    private(set) var wasKnown = false

    /// - Parameter cacheBytes: about how much memory the kept results may take.
    init(folder: String, limits: Limits, cacheBytes: Int = 64 << 20) {
        pool = DatabasePool(folder: folder)
        self.limits = limits
        results = LeastRecentlyUsed(capacity: cacheBytes)
    }

    /// All files of the database of this id, of which the first has been opened.
    func suite(of id: String) throws(DatabaseProblem) -> [DatabasePool.File] {
        let suite = try pool.suite(of: id)
        _ = try pool.database(in: suite[0])
        return suite
    }

    /// What the statement gives in this file.
    ///
    /// - Parameters:
    ///   - isReversed: whether rows whose order is free come in the opposite order.
    ///   - keeps: whether the result is kept.
    func execute(
        _ statement: Statement, in file: DatabasePool.File, isReversed: Bool = false, keeps: Bool = true
    ) throws(DatabaseProblem) -> Execution {
        let key = Key(file: file.number, isReversed: isReversed, sql: statement.bytes)
        let known = results.find(key)
        wasKnown = known != nil
        if let known { return known }
        let connection = try pool.database(in: file, isReversed: isReversed)
        let execution = connection.execute(statement, limits: limits)
        guard keeps else { return execution }
        results.keep(execution, for: key, cost: 256 + statement.bytes.count + (execution.table?.cost ?? 0))
        return execution
    }
}
