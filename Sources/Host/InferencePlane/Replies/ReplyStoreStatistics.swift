import CSQLite
import DataPlane

/// What a reply store holds.
public struct ReplyStoreStatistics: Sendable, Equatable {
    /// The answers of one provider as one model.
    public struct Group: Sendable, Equatable {
        public var provider: String
        public var model: String
        public var replies: Int64
        public var refusals: Int64
        /// Of the replies whose provider has said it.
        public var completionTokens: Int64
    }

    /// By provider and model.
    public var groups: [Group]
    /// By name: how many answers the run has used.
    public var runs: [(name: String, answers: Int64)]
    /// Of the file and its write-ahead log.
    public var bytes: Int64

    /// - Throws: ``Failure`` when the store is not there, damaged, locked or none.
    public init(store: String) throws(Failure) {
        let (groups, runs, bytes) = try ReplyStore.using(store) { database in
            let groups = try Self.groups(of: database)
            let runs = try Self.runs(of: database)
            let pages = try database.integer("PRAGMA page_count")
            return (groups, runs, pages * (try database.integer("PRAGMA page_size")))
        }
        self.groups = groups
        self.runs = runs
        self.bytes = bytes
    }

    private static func groups(of database: borrowing SQLiteDatabase) throws(SQLiteError) -> [Group] {
        let rows = try database.prepare(
            """
            SELECT provider, model, count(*) FILTER (WHERE code IS NULL), count(code), sum(completion_tokens)
            FROM replies GROUP BY provider, model ORDER BY provider, model
            """)
        var groups: [Group] = []
        while try rows.step() {
            groups.append(
                Group(
                    provider: rows.text(0) ?? "", model: rows.text(1) ?? "", replies: rows.integer(2) ?? 0,
                    refusals: rows.integer(3) ?? 0, completionTokens: rows.integer(4) ?? 0))
        }
        return groups
    }

    private static func runs(of database: borrowing SQLiteDatabase) throws(SQLiteError) -> [(String, Int64)] {
        let rows = try database.prepare(
            "SELECT name, count(reply) FROM runs LEFT JOIN uses ON run = id GROUP BY id ORDER BY name")
        var runs: [(String, Int64)] = []
        while try rows.step() { runs.append((rows.text(0) ?? "", rows.integer(1) ?? 0)) }
        return runs
    }

    public static func == (left: ReplyStoreStatistics, right: ReplyStoreStatistics) -> Bool {
        left.groups == right.groups && left.runs.elementsEqual(right.runs, by: ==) && left.bytes == right.bytes
    }
}

extension ReplyStore {
    /// Opens an existing store for something else than answering, and says in words what goes wrong.
    static func using<Result>(
        _ path: String, _ body: (borrowing SQLiteDatabase) throws -> Result
    ) throws(Failure) -> Result {
        guard let kind = PathKind(path) else {
            throw Failure(
                "usage", "there is no reply store '\(path)'; name that of your runs", at: Location(file: path))
        }
        guard kind == .file else { throw foreign(path) }
        do {
            let database = try SQLiteDatabase(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX)
            database.setBusyTimeout(milliseconds: 10_000)
            try prepare(database, makesTables: false)
            return try body(database)
        } catch let failure as Failure {
            throw failure
        } catch let error as SQLiteError {
            throw failure(error, path: path)
        } catch {
            throw foreign(path)
        }
    }
}
