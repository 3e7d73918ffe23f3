@testable import DataPlane

/// Reads all of a source; checks that batches and ordinals follow each other without a gap.
func readAll(_ description: SourceDescription, maxRows: Int = 3) throws -> (
    rows: [JSONValue], quarantined: [QuarantinedRow]
) {
    let reader = try SourceReader(description)
    var rows: [JSONValue] = []
    var quarantined: [QuarantinedRow] = []
    var next: Int64 = 0
    while let batch = try reader.next(maxRows: maxRows) {
        precondition(batch.rowCount <= maxRows && batch.firstOrdinal == next)
        next += Int64(batch.rowCount)
        rows += batch.batch.rows
        quarantined += batch.quarantined
    }
    let ordinals = rows.compactMap { $0["ordinal"]?.int } + quarantined.map(\.ordinal)
    precondition(ordinals.sorted() == Array(0..<next))
    return (rows, quarantined)
}

func source(
    _ paths: [String], _ format: SourceDescription.Format, _ columns: [String],
    taskID: SourceDescription.TaskID = .constant("t"), rowID: String? = nil
) throws -> SourceDescription {
    SourceDescription(
        files: paths.map { SourceDescription.File(name: String($0.split(separator: "/").last ?? ""), path: $0) },
        format: format, columns: try columns.map { SourceDescription.Column(try Field(parsing: $0)) }, taskID: taskID,
        rowID: rowID)
}
