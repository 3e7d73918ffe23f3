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
                table.cells.append(.integer(sqlite3_column_int64(handle, index)))
            case SQLITE_FLOAT:
                table.cells.append(.real(sqlite3_column_double(handle, index)))
            case SQLITE_TEXT:
                // The pointer first, the length after: the order that SQLite's documentation asks for.
                let start = UnsafeRawPointer(sqlite3_column_text(handle, index))
                table.cells.append(.text(append(start, index, to: &table)))
            case SQLITE_BLOB:
                table.cells.append(.blob(append(sqlite3_column_blob(handle, index), index, to: &table)))
            default:
                table.cells.append(.null)
            }
        }
        table.rowCount += 1
    }

    private func append(_ start: UnsafeRawPointer?, _ index: Int32, to table: inout ResultTable) -> Range<Int> {
        let offset = table.bytes.count
        if let start {
            let count = Int(sqlite3_column_bytes(handle, index))
            table.bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
        }
        return offset..<table.bytes.count
    }
}
