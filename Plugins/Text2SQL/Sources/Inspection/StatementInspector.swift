import CSQLite

/// Compiles statements on the schema of one database and never runs them.
///
/// While SQLite compiles, it asks an authorizer about every column that the statement would read: so it names what the
/// statement uses, through aliases, subqueries and views. Source: <https://www.sqlite.org/c3ref/set_authorizer.html>.
final class StatementInspector {
    /// What the authorizer was asked about.
    fileprivate struct Notes {
        var tables: Set<String> = []
        var columns: Set<String> = []
        var isRefused = false
    }

    private let handle: OpaquePointer
    private let notes: UnsafeMutablePointer<Notes>

    /// Opens the file at `path`, read-only.
    ///
    /// - Throws: `DatabaseProblem.unreadable` if it is no readable SQLite database.
    init(path: String) throws(DatabaseProblem) {
        handle = try openForReading(path)
        notes = .allocate(capacity: 1)
        notes.initialize(to: Notes())
        guard sqlite3_exec(handle, "SELECT count(*) FROM sqlite_schema", nil, nil, nil) == SQLITE_OK else {
            throw .unreadable(String(cString: sqlite3_errmsg(handle)))
        }
        sqlite3_set_authorizer(handle, noteReading, notes)
    }

    deinit {
        sqlite3_close_v2(handle)
        notes.deinitialize(count: 1)
        notes.deallocate()
    }

    /// What the first statement of `sql` uses.
    func inspect(_ sql: String) -> SchemaUse {
        notes.pointee = Notes()
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        if code == SQLITE_OK, statement != nil {
            return SchemaUse(
                status: .ok, tables: notes.pointee.tables.sorted(), columns: notes.pointee.columns.sorted())
        }
        guard code != SQLITE_OK, let message = sqlite3_errmsg(handle) else {
            return SchemaUse(status: .syntaxError, error: "there is no statement")
        }
        return SchemaUse(status: status(code, message), error: String(cString: message))
    }

    private func status(_ code: Int32, _ message: UnsafePointer<CChar>) -> SchemaUse.Status {
        if notes.pointee.isRefused { return .notReadOnly }
        if ErrorText.isIncomplete(message) || ErrorText.isSyntax(message) { return .syntaxError }
        return ErrorText.nameProblem(message).flatMap { SchemaUse.Status(rawValue: $0.rawValue) } ?? .error
    }
}

/// Called by SQLite while it compiles: lets reading through and notes what is read.
private func noteReading(
    _ context: UnsafeMutableRawPointer?, action: Int32, first: UnsafePointer<CChar>?, second: UnsafePointer<CChar>?,
    _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?
) -> Int32 {
    guard let notes = context?.assumingMemoryBound(to: StatementInspector.Notes.self) else { return SQLITE_DENY }
    switch action {
    case SQLITE_SELECT, SQLITE_RECURSIVE, SQLITE_FUNCTION:
        return SQLITE_OK
    case SQLITE_READ:
        guard let first, let second else { return SQLITE_OK }
        let table = String(cString: first)
        notes.pointee.tables.insert(table)
        // `count(*)` reads a table without a column.
        if second.pointee != 0 { notes.pointee.columns.insert("\(table).\(String(cString: second))") }
        return SQLITE_OK
    default:
        notes.pointee.isRefused = true
        return SQLITE_DENY
    }
}
