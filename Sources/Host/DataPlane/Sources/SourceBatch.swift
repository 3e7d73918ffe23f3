/// Some rows of a source, in their order.
public struct SourceBatch: Sendable {
    /// The ordinal of the first row, readable or not; the next batch goes on after the last one.
    public var firstOrdinal: Int64
    /// The readable rows: the host columns `task_id: utf8`, `row_id: utf8`, `ordinal: int64`, then the declared
    /// columns.
    public var batch: RecordBatch
    /// The rows that could not be read; their ordinals are missing in `batch`.
    public var quarantined: [QuarantinedRow]

    /// Rows of both kinds.
    public var rowCount: Int { batch.rowCount + quarantined.count }
}

/// A line that is no row of the declared columns. It has an ordinal and an outcome as every row.
public struct QuarantinedRow: Sendable, Equatable {
    public var ordinal: Int64
    /// `file:line`, whatever the row's own id would have been.
    public var rowID: String
    /// `malformed_row`.
    public var code: String
    /// The line and what is wrong with it; holds no data of the row.
    public var detail: String
}
