import CSQLite

/// Reads what a database says about its tables.
///
/// It asks SQLite, not the `CREATE` texts, so white space, comments, quotes and letter case of key words in those make
/// no difference. Source: <https://www.sqlite.org/pragma.html#pragma_table_xinfo>.
struct SchemaReader: ~Copyable {
    private let handle: OpaquePointer

    /// - Throws: `DatabaseProblem.unreadable` if the file at `path` is no readable SQLite database.
    init(path: String) throws(DatabaseProblem) {
        handle = try openForReading(path)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// All tables and views, in the order of their names' bytes.
    func tables() throws(DatabaseProblem) -> [SchemaTable] {
        let list = try rows(
            """
            SELECT name, type FROM sqlite_schema
            WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
            """)
        var tables: [SchemaTable] = []
        for row in list {
            guard let name = row[0] else { continue }
            tables.append(
                SchemaTable(
                    name: name, isView: row[1] == "view", columns: try columns(of: name),
                    foreignKeys: try foreignKeys(of: name)))
        }
        return tables
    }

    private func columns(of table: String) throws(DatabaseProblem) -> [SchemaTable.Column] {
        try rows("SELECT name, type, pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid", table).map { row in
            SchemaTable.Column(
                name: row[0] ?? "", type: row[1] ?? "", primaryKeyPosition: row[2].flatMap(Int.init) ?? 0)
        }
    }

    /// Foreign keys in the order of their columns. One that names no target columns means the target's primary key.
    private func foreignKeys(of table: String) throws(DatabaseProblem) -> [SchemaTable.ForeignKey] {
        let list = try rows(
            """
            SELECT id, "from", "table", "to" FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq
            """, table)
        var keys: [SchemaTable.ForeignKey] = []
        var lastID: String?
        for row in list {
            if row[0] != lastID {
                keys.append(SchemaTable.ForeignKey(target: row[2] ?? ""))
                lastID = row[0]
            }
            keys[keys.count - 1].columns.append(row[1] ?? "")
            if let column = row[3] { keys[keys.count - 1].targetColumns.append(column) }
        }
        for index in keys.indices where keys[index].targetColumns.isEmpty {
            keys[index].targetColumns = try columns(of: keys[index].target)
                .filter { $0.primaryKeyPosition > 0 }
                .sorted { $0.primaryKeyPosition < $1.primaryKeyPosition }
                .map(\.name)
        }
        return keys
    }

    private func rows(_ sql: String, _ argument: String? = nil) throws(DatabaseProblem) -> [[String?]] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else { throw problem() }
        let statement = PreparedStatement(prepared)
        if let argument { _ = fdsqlite_bind_text(statement.handle, 1, argument, Int32(argument.utf8.count)) }
        var rows: [[String?]] = []
        while true {
            let code = sqlite3_step(statement.handle)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw problem() }
            rows.append(
                (0..<sqlite3_column_count(statement.handle)).map { index in
                    sqlite3_column_text(statement.handle, index).map { String(cString: $0) }
                })
        }
    }

    private func problem() -> DatabaseProblem {
        .unreadable(String(cString: sqlite3_errmsg(handle)))
    }
}
