import CSQLite

/// An open SQLite file that no statement can change, and that nothing can be reached from.
///
/// Four fences stand one behind the other: the file is opened read-only and immutable, so SQLite neither writes it
/// nor makes a file beside it; no other file can be opened at all (`SealedFiles`); SQLite's defensive settings are on,
/// extensions and trust in the schema off; and an authorizer lets only reading through (`Authorizer`). Sources: <https://www.sqlite.org/security.html>,
/// <https://www.sqlite.org/c3ref/set_authorizer.html>.
final class ReadOnlyDatabase {
    let handle: OpaquePointer
    let watch: StatementWatch
    /// Whether a statement has left something behind, so that the next one needs a new connection.
    var isSpoiled = false

    /// Opens the file at `path`.
    ///
    /// - Parameter isReversed: whether rows whose order is free come in the opposite order; see
    ///   <https://www.sqlite.org/pragma.html#pragma_reverse_unordered_selects>.
    /// - Throws: `DatabaseProblem.unreadable` if it is not a readable SQLite database.
    init(path: String, isReversed: Bool = false) throws(DatabaseProblem) {
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(Self.uri(of: path), &opened, flags, SealedFiles.name)
        guard code == SQLITE_OK, let opened else {
            let reason = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw .unreadable(reason)
        }
        handle = opened
        watch = StatementWatch()
        try readHeader()
        if isReversed { sqlite3_exec(handle, "PRAGMA reverse_unordered_selects = ON", nil, nil, nil) }
        closeFences()
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Looks at the file for the first time.
    private func readHeader() throws(DatabaseProblem) {
        let code = sqlite3_exec(handle, "SELECT count(*) FROM sqlite_schema", nil, nil, nil)
        guard code == SQLITE_OK else { throw .unreadable(String(cString: sqlite3_errmsg(handle))) }
    }

    private func closeFences() {
        for (option, on) in [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
            // Many gold queries write texts in double quotes, as SQLite allows by default.
            (SQLITE_DBCONFIG_DQS_DML, 1),
        ] as [(Int32, Int32)] {
            fdsqlite_db_config_switch(handle, option, on)
        }
        for (limit, value) in [
            (SQLITE_LIMIT_LENGTH, Limits.valueBytes), (SQLITE_LIMIT_SQL_LENGTH, Limits.statementBytes),
            (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, Limits.patternBytes), (SQLITE_LIMIT_ATTACHED, 0),
            (SQLITE_LIMIT_WORKER_THREADS, 0), (SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        ] as [(Int32, Int32)] {
            sqlite3_limit(handle, limit, value)
        }
        sqlite3_set_authorizer(handle, authorizeReading, watch.notes)
        sqlite3_progress_handler(handle, Int32(Limits.watchInterval), countSteps, watch.notes)
    }

    /// `file:` URI of a path, with every byte escaped that could mean something in a URI.
    static func uri(of path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes = Array("file:".utf8)
        for byte in path.utf8 {
            if byte.isLetter || byte.isDigit || "/-._~".utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self) + "?mode=ro&immutable=1"
    }
}
