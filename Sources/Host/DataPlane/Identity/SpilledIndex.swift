import CSQLite
import Glibc

/// A map from digests to ordinals in a temporary SQLite file.
///
/// The file is scratch: no journal, no sync, deleted at the end. Its page cache is 2 MiB.
final class SpilledIndex {
    private let path: String
    private var database: OpaquePointer?
    private var lookup: OpaquePointer?
    private var insertion: OpaquePointer?

    init(folder: String) throws(Failure) {
        path = "\(folder)/duplicates-\(getpid())-\(UInt64.random(in: 0 ... .max)).sqlite"
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &database, flags, nil) == SQLITE_OK else { throw failure("create") }
        for statement in [
            "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA cache_size = -1024", "CREATE TABLE ids (id BLOB PRIMARY KEY, ordinal INTEGER) WITHOUT ROWID",
        ] {
            try execute(statement)
        }
        lookup = try prepare("SELECT ordinal FROM ids WHERE id = ?")
        insertion = try prepare("INSERT INTO ids VALUES (?, ?)")
    }

    deinit {
        sqlite3_finalize(lookup)
        sqlite3_finalize(insertion)
        sqlite3_close_v2(database)
        unlink(path)
    }

    func find(_ id: Digest) throws(Failure) -> Int64? {
        defer { sqlite3_reset(lookup) }
        bind(id, to: lookup)
        switch sqlite3_step(lookup) {
        case SQLITE_ROW: return sqlite3_column_int64(lookup, 0)
        case SQLITE_DONE: return nil
        default: throw failure("read")
        }
    }

    /// Adds ids that are not there yet; sorted, so that neighbours share pages.
    func insert(_ entries: [DigestTable.Entry]) throws(Failure) {
        try execute("BEGIN")
        for entry in entries.sorted(by: { $0.id < $1.id }) {
            bind(entry.id, to: insertion)
            sqlite3_bind_int64(insertion, 2, entry.ordinal)
            let status = sqlite3_step(insertion)
            sqlite3_reset(insertion)
            guard status == SQLITE_DONE else { throw failure("write") }
        }
        try execute("COMMIT")
    }

    private func bind(_ id: Digest, to statement: OpaquePointer?) {
        id.withBytes { bytes in _ = fdsqlite_bind_blob(statement, 1, bytes.baseAddress, 32) }
    }

    private func execute(_ sql: String) throws(Failure) {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw failure("write") }
    }

    private func prepare(_ sql: String) throws(Failure) -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw failure("read") }
        return statement
    }

    private func failure(_ action: String) -> Failure {
        let reason = sqlite3_errmsg(database).map { String(cString: $0) } ?? "unknown reason"
        return Failure("duplicate_index", "cannot \(action) the temporary file '\(path)': \(reason)")
    }
}
