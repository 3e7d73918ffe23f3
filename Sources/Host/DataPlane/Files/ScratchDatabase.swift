import CSQLite
import Glibc

/// A SQLite database for work that shall not fit memory: a nameless file, without journal or sync, gone with its owner.
///
/// ```swift
/// let scratch = try ScratchDatabase(folder: "runs/demo-1/spool")
/// try scratch.execute("CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID")
/// let insertion = try scratch.prepare("INSERT OR IGNORE INTO seen VALUES (?)")
/// ```
///
/// Memory is bounded by a page cache of 16 MiB. One caller at a time.
public final class ScratchDatabase {
    private var handle: OpaquePointer?
    private let folder: String

    /// - Parameter folder: an existing folder for the file.
    /// - Throws: ``Failure`` of code `scratch`.
    public init(folder: String) throws(Failure) {
        self.folder = folder
        let path = "\(folder)/scratch-\(getpid())-\(UInt64.random(in: 0 ... .max)).sqlite"
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else { throw failure() }
        // Whatever ends the process, nothing is left behind.
        unlink(path)
        for setting in [
            "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -16384",
        ] {
            try execute("PRAGMA \(setting)")
        }
    }

    deinit { sqlite3_close_v2(handle) }

    public func execute(_ sql: String) throws(Failure) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    public func prepare(_ sql: String) throws(Failure) -> Statement {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure() }
        return Statement(statement, self)
    }

    fileprivate func failure() -> Failure {
        let reason = handle.flatMap(sqlite3_errmsg).map { String(cString: $0) } ?? "unknown reason"
        return Failure("scratch", "cannot use a temporary file in '\(folder)': \(reason)")
    }

    /// A prepared statement. Parameters count from 1, columns from 0.
    public final class Statement {
        private let handle: OpaquePointer
        private let database: ScratchDatabase

        fileprivate init(_ handle: OpaquePointer, _ database: ScratchDatabase) {
            self.handle = handle
            self.database = database
        }

        deinit { sqlite3_finalize(handle) }

        /// Runs to the next row; false at the end.
        public func step() throws(Failure) -> Bool {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            default: throw database.failure()
            }
        }

        /// Runs to the end and makes the statement ready to run again, without parameters.
        public func run() throws(Failure) {
            while try step() {}
            reset()
        }

        public func reset() {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }

        public func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

        public func bind(_ index: Int32, _ text: String) {
            var text = text
            _ = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    fdsqlite_bind_text(handle, index, $0.baseAddress, Int32($0.count))
                }
            }
        }

        public func bind(_ index: Int32, _ bytes: [UInt8]) {
            _ = bytes.withUnsafeBytes { fdsqlite_bind_blob(handle, index, $0.baseAddress, Int32($0.count)) }
        }

        public func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

        /// Nil for null.
        public func text(_ column: Int32) -> String? {
            guard let start = sqlite3_column_text(handle, column) else { return nil }
            let count = Int(sqlite3_column_bytes(handle, column))
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }

        public func bytes(_ column: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(handle, column) else { return [] }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
        }
    }
}
