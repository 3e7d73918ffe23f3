/// The named, typed columns of a batch or file.
public struct Schema: Hashable, Sendable {
    public var fields: [Field]

    public init(_ fields: [Field]) { self.fields = fields }

    public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }
}

/// Some rows of some columns; immutable, so it crosses threads freely.
public struct RecordBatch: Sendable {
    public let schema: Schema
    public let columns: [Column]
    public let rowCount: Int

    /// - Precondition: one column a field, of its type, all of `rowCount` rows.
    public init(schema: Schema, columns: [Column], rowCount: Int) {
        precondition(columns.count == schema.fields.count && columns.allSatisfy { $0.length == rowCount })
        self.schema = schema
        self.columns = columns
        self.rowCount = rowCount
    }

    /// A top-level column by name.
    public func column(_ name: String) -> Column? {
        schema.index(of: name).map { columns[$0] }
    }

    /// The batch with one more column.
    public func appending(_ field: Field, _ column: Column) -> RecordBatch {
        RecordBatch(schema: Schema(schema.fields + [field]), columns: columns + [column], rowCount: rowCount)
    }

    /// The rows in the given order; a row may be taken several times.
    public func taking(_ rows: [Int]) -> RecordBatch {
        if rows.count == rowCount, rows.enumerated().allSatisfy({ $0.offset == $0.element }) { return self }
        return RecordBatch(schema: schema, columns: columns.map { $0.taking(rows) }, rowCount: rows.count)
    }

    /// The named columns only, in that order.
    ///
    /// - Precondition: all of them are there.
    public func selecting(_ names: [String]) -> RecordBatch {
        let indices = names.map { name in
            guard let index = schema.index(of: name) else { preconditionFailure("no column '\(name)'") }
            return index
        }
        return RecordBatch(
            schema: Schema(indices.map { schema.fields[$0] }), columns: indices.map { columns[$0] }, rowCount: rowCount)
    }

    /// Bytes of all buffers.
    public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }
}

extension Column {
    /// Bytes of the column's buffers and its children's.
    var byteCount: Int {
        [validity, offsets, values].reduce(0) { $0 + ($1?.count ?? 0) } + children.reduce(0) { $0 + $1.byteCount }
    }
}
