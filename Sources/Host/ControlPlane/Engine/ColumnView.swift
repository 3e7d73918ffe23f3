import DataPlane

/// A column reached through structs: null where it or any struct around it is null.
struct ColumnView {
    let leaf: Column
    private let enclosing: [Column]

    init(_ path: ColumnPath, in rows: RecordBatch) {
        guard let first = path.names.first, var column = rows.column(first) else {
            preconditionFailure("the checked graph reads a column '\(path)' that is not there")
        }
        var enclosing: [Column] = []
        for name in path.names.dropFirst() {
            if column.nullCount > 0 { enclosing.append(column) }
            guard let child = column.child(name) else {
                preconditionFailure("the checked graph reads a column '\(path)' that is not there")
            }
            column = child
        }
        leaf = column
        self.enclosing = enclosing
    }

    func isNull(_ row: Int) -> Bool {
        leaf.isNull(row) || enclosing.contains { $0.isNull(row) }
    }

    /// The rows as a column of their own.
    func taking(_ rows: [Int]) -> Column {
        if enclosing.isEmpty {
            let isWhole = rows.count == leaf.length && rows.enumerated().allSatisfy { $0.offset == $0.element }
            return isWhole ? leaf : leaf.taking(rows)
        }
        let builder = ColumnBuilder(leaf.type)
        for row in rows {
            if isNull(row) { builder.appendNull() } else { builder.append(from: leaf, row: row) }
        }
        return builder.finish()
    }

    func json(_ row: Int) -> JSONValue { isNull(row) ? .null : leaf.json(row) }
}
