import CSQLite
import DataPlane
import Glibc

/// The file is not a database of ours.
struct ForeignDatabase: Error {}

extension ReplyStore {
    /// Sets the modes, makes the tables in an empty file and refuses a file of another kind or format.
    ///
    /// - Parameter makesTables: false refuses an empty file too.
    static func prepare(_ database: borrowing SQLiteDatabase, makesTables: Bool = true) throws {
        // One transaction sees one state of the file, while another process may be making it.
        try database.execute("BEGIN")
        let application = try database.integer("PRAGMA application_id")
        let version = try database.integer("PRAGMA user_version")
        let tables = try database.integer("SELECT count(*) FROM sqlite_master")
        try database.execute("COMMIT")
        let isNew = application == 0 && version == 0 && tables == 0
        guard (isNew && makesTables) || (application == applicationID && version == formatVersion) else {
            throw ForeignDatabase()
        }
        try switchToWAL(database)
        try database.execute("PRAGMA synchronous = NORMAL")
        // IF NOT EXISTS: another process may be making them at the same time.
        if isNew { try database.execute(schema) }
        try addLaterColumns(to: database)
    }

    /// Adds the columns that stores of earlier versions do not have; hosts of those versions can go on using the store.
    private static func addLaterColumns(to database: borrowing SQLiteDatabase) throws(SQLiteError) {
        let count = "SELECT count(*) FROM pragma_table_info('replies') WHERE name = 'reasoning'"
        if try database.integer(count) == 1 { return }
        try database.execute("BEGIN IMMEDIATE")
        do {
            // Another process may have added it meanwhile.
            if try database.integer(count) == 0 {
                try database.execute("ALTER TABLE replies ADD COLUMN reasoning TEXT")
            }
            try database.execute("COMMIT")
        } catch {
            try? database.execute("ROLLBACK")
            throw error
        }
    }

    private static let schema = """
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS replies (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, replay_key BLOB NOT NULL, code TEXT, text TEXT NOT NULL,
            finish_reason TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, provider TEXT NOT NULL,
            model TEXT NOT NULL, logprobs TEXT, tool_calls TEXT, reasoning TEXT);
        CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE IF NOT EXISTS uses (run INTEGER, reply INTEGER, PRIMARY KEY (run, reply)) WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(formatVersion);
        COMMIT;
        """

    /// SQLite does not wait by itself for the change of the journal mode, so two processes that start together could
    /// fail each other.
    private static func switchToWAL(_ database: borrowing SQLiteDatabase) throws(SQLiteError) {
        for attempt in 1... {
            do {
                return try database.execute("PRAGMA journal_mode = WAL")
            } catch {
                guard error.primaryCode == SQLITE_BUSY, attempt < 200 else { throw error }
                usleep(50_000)
            }
        }
    }

    static func foreign(_ path: String) -> Failure {
        Failure(
            "reply_store",
            "'\(path)' is not a reply store of this version; name another file for the replies",
            at: Location(file: path))
    }

    /// What SQLite's error means for the user, and what to do about it.
    static func failure(_ error: SQLiteError, path: String) -> Failure {
        let message =
            switch error.primaryCode {
            case SQLITE_NOTADB:
                "'\(path)' is no SQLite database; if it is another file, name the reply store; if it was the reply store, move "
                    + "it away together with '\(path)-wal' and '\(path)-shm': the next run asks again for what it held"
            case SQLITE_CORRUPT:
                "the reply store '\(path)' is damaged (\(error.message)); move it away together with '\(path)-wal' "
                    + "and '\(path)-shm': the next run asks again for what it held"
            case SQLITE_BUSY, SQLITE_LOCKED:
                "the reply store '\(path)' is locked by another process (\(error.message)); wait for it or end it, "
                    + "then run the same command again"
            case SQLITE_FULL:
                "the reply store '\(path)' cannot grow (\(error.message)); make room, then run the same command again"
            case SQLITE_IOERR:
                // SQLite does not keep the system's reason.
                "the reply store '\(path)' cannot be read or written (\(error.message)); see whether its disk is full or "
                    + "failing, then run the same command again"
            default:
                "the reply store '\(path)' cannot be used (\(error.message)); its folder must exist and be writable"
            }
        return Failure("reply_store", message, at: Location(file: path))
    }
}
