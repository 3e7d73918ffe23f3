/// Puts a batch together row by row: host columns, declared columns, rows that could not be read.
final class RowAssembler {
    /// The builders of the declared columns, for a reader to append one value each before it closes the row.
    let columns: [ColumnBuilder]
    private(set) var rowCount = 0
    /// Bytes of source that the rows took.
    private(set) var byteCount = 0
    private let schema: Schema
    private let taskID = ColumnBuilder(.utf8)
    private let rowID = ColumnBuilder(.utf8)
    private let ordinal = ColumnBuilder(.int64)
    private var quarantined: [QuarantinedRow] = []
    private var firstOrdinal: Int64 = 0
    private var nextOrdinal: Int64 = 0

    init(_ description: SourceDescription) {
        let fields = description.columns.map(\.field)
        columns = fields.map { ColumnBuilder($0.type) }
        schema = Schema([Field("task_id", .utf8), Field("row_id", .utf8), Field("ordinal", .int64)] + fields)
    }

    func begin() {
        firstOrdinal = nextOrdinal
        rowCount = 0
        byteCount = 0
    }

    /// Closes a row of which each of `columns` has got its value.
    func closeRow(taskID task: String, rowID id: String, bytes: Int) {
        taskID.append(task)
        rowID.append(id)
        ordinal.append(nextOrdinal)
        count(bytes)
    }

    /// Takes note of a row that cannot be read; none of `columns` has got a value of it.
    func quarantine(rowID: String, detail: String, bytes: Int) {
        quarantined.append(
            QuarantinedRow(ordinal: nextOrdinal, rowID: rowID, code: "malformed_row", detail: detail))
        count(bytes)
    }

    private func count(_ bytes: Int) {
        nextOrdinal += 1
        rowCount += 1
        byteCount += bytes
    }

    func finish() -> SourceBatch {
        defer { quarantined = [] }
        let host = [taskID.finish(), rowID.finish(), ordinal.finish()]
        let batch = RecordBatch(
            schema: schema, columns: host + columns.map { $0.finish() }, rowCount: rowCount - quarantined.count)
        return SourceBatch(firstOrdinal: firstOrdinal, batch: batch, quarantined: quarantined)
    }
}
