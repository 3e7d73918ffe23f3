import CSQLite
import DataPlane

/// Which recorded answers are to go: those for which all that is set holds.
public struct ReplyStorePruning: Sendable {
    public var provider: String?
    public var model: String?
    /// Only refusals of rows: they are asked again.
    public var refusalsOnly = false
    /// Only answers that none of these runs has used; other runs are forgotten.
    public var unusedBy: Set<String>?

    public init(provider: String? = nil, model: String? = nil, refusalsOnly: Bool = false, unusedBy: Set<String>? = nil)
    {
        self.provider = provider
        self.model = model
        self.refusalsOnly = refusalsOnly
        self.unusedBy = unusedBy
    }

    /// Whether nothing is set, so that everything would go.
    public var isEmpty: Bool { provider == nil && model == nil && !refusalsOnly && unusedBy == nil }

    /// What has been done.
    public struct Report: Sendable, Equatable {
        public var replies: Int64
        public var refusals: Int64
        /// False when another process was using the file, so that it could not be made smaller.
        public var isShrunk: Bool
    }

    /// Removes the answers and makes the file smaller.
    ///
    /// - Parameter dryRun: only count.
    /// - Throws: ``Failure`` when the store is not there, damaged, locked or none; then nothing is removed.
    public func prune(store: String, dryRun: Bool = false) throws(Failure) -> Report {
        try ReplyStore.using(store) { database in
            try database.execute("BEGIN IMMEDIATE")
            let counts: (replies: Int64, refusals: Int64)
            do {
                counts = try remove(from: database)
                try database.execute(dryRun ? "ROLLBACK" : "COMMIT")
            } catch {
                try? database.execute("ROLLBACK")
                throw error
            }
            let isShrunk = !dryRun && (try? database.execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")) != nil
            return Report(replies: counts.replies, refusals: counts.refusals, isShrunk: isShrunk)
        }
    }

    private func remove(from database: borrowing SQLiteDatabase) throws(SQLiteError) -> (Int64, Int64) {
        if let unusedBy { try forgetRuns(except: unusedBy, in: database) }
        var tests = ["1"]
        if provider != nil { tests.append("provider = ?1") }
        if model != nil { tests.append("model = ?2") }
        if refusalsOnly { tests.append("code IS NOT NULL") }
        if unusedBy != nil { tests.append("id NOT IN (SELECT reply FROM uses)") }
        let condition = tests.joined(separator: " AND ")
        let count = try database.prepare("SELECT count(*), count(code) FROM replies WHERE \(condition)")
        bind(count)
        guard try count.step() else { return (0, 0) }
        let (all, refusals) = (count.integer(0) ?? 0, count.integer(1) ?? 0)
        for statement in [
            "DELETE FROM uses WHERE reply IN (SELECT id FROM replies WHERE \(condition))",
            "DELETE FROM replies WHERE \(condition)",
        ] {
            let delete = try database.prepare(statement)
            bind(delete)
            _ = try delete.step()
        }
        return (all - refusals, refusals)
    }

    private func bind(_ statement: borrowing SQLiteStatement) {
        if let provider { statement.bind(1, provider) }
        if let model { statement.bind(2, model) }
    }

    private func forgetRuns(except kept: Set<String>, in database: borrowing SQLiteDatabase) throws(SQLiteError) {
        let rows = try database.prepare("SELECT id, name FROM runs")
        var gone: [Int64] = []
        while try rows.step() {
            if let id = rows.integer(0), !kept.contains(rows.text(1) ?? "") { gone.append(id) }
        }
        for id in gone { try database.execute("DELETE FROM uses WHERE run = \(id); DELETE FROM runs WHERE id = \(id)") }
    }
}
