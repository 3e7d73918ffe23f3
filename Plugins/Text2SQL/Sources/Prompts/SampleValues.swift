import CSQLite

/// Reads the short texts that are met most often in the columns of a database.
///
/// The same for the same file: the first `rowsRead` rows of a table in its own order count, and texts met equally often
/// come in the order of their bytes.
struct SampleValues: ~Copyable {
    static let rowsRead = 10_000

    private let handle: OpaquePointer

    /// - Throws: `DatabaseProblem.unreadable` if the file at `path` is no readable SQLite database.
    init(path: String) throws(DatabaseProblem) {
        handle = try openForReading(path)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// At most `count` texts of at most `characters` characters each.
    func values(of column: String, in table: String, count: Int, characters: Int) throws(DatabaseProblem) -> [String] {
        let name = Self.quoted(column)
        let sql = """
            SELECT v FROM (SELECT \(name) AS v FROM \(Self.quoted(table)) LIMIT \(Self.rowsRead))
            WHERE typeof(v) = 'text' AND length(v) BETWEEN 1 AND \(characters) AND v NOT GLOB '*[' || char(1) || '-' \
            || char(31) || ']*' GROUP BY v ORDER BY count(*) DESC, v COLLATE BINARY LIMIT \(count)
            """
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else { throw problem() }
        let statement = PreparedStatement(prepared)
        var values: [String] = []
        while true {
            switch sqlite3_step(statement.handle) {
            case SQLITE_DONE: return values
            case SQLITE_ROW:
                if let text = sqlite3_column_text(statement.handle, 0) { values.append(String(cString: text)) }
            default: throw problem()
            }
        }
    }

    private func problem() -> DatabaseProblem {
        .unreadable(String(cString: sqlite3_errmsg(handle)))
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
