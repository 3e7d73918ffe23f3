import CSQLite

/// Opens a SQLite file for reading, to run statements of our own or to compile those of others. The caller closes it.
///
/// Statements of others are run in a ``ReadOnlyDatabase``.
///
/// - Throws: `DatabaseProblem.unreadable` if it cannot be opened.
func openForReading(_ path: String) throws(DatabaseProblem) -> OpaquePointer {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(ReadOnlyDatabase.uri(of: path), &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
        sqlite3_close_v2(opened)
        throw .unreadable(String(cString: sqlite3_errstr(code)))
    }
    return opened
}
