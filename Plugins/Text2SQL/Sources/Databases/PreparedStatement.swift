import CSQLite

/// A compiled statement, finalised when it goes out of scope.
struct PreparedStatement: ~Copyable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    var columnNames: [String] {
        (0..<sqlite3_column_count(handle)).map { index in
            sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
        }
    }

    /// Adds the row the statement stands on.
    func appendRow(to table: inout ResultTable) {
        for index in 0..<Int32(table.columns.count) {
            switch sqlite3_column_type(handle, index) {
            case SQLITE_INTEGER:
                table.append(.integer, UInt64(bitPattern: sqlite3_column_int64(handle, index)))
            case SQLITE_FLOAT:
                table.append(.real, sqlite3_column_double(handle, index).bitPattern)
            case SQLITE_TEXT:
                // The pointer first, the length after: the order that SQLite's documentation asks for.
                append(.text, UnsafeRawPointer(sqlite3_column_text(handle, index)), index, to: &table)
            case SQLITE_BLOB:
                append(.blob, sqlite3_column_blob(handle, index), index, to: &table)
            default:
                table.append(.null, 0)
            }
        }
        table.endRow()
    }

    private func append(_ kind: Cell.Kind, _ start: UnsafeRawPointer?, _ index: Int32, to table: inout ResultTable) {
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, index))
        table.append(kind, bytes: UnsafeRawBufferPointer(start: start, count: count))
    }
}
