import DataPlane

/// Writes the samples of one split in one form, as JSON lines and as Parquet.
final class SplitWriter {
    /// A form of sample.
    enum Form: String, CaseIterable {
        case chat
        case promptCompletion = "prompt_completion"

        var schema: Schema {
            switch self {
            case .chat: Schema([Field("messages", .messages)])
            case .promptCompletion: Schema([Field("prompt", .messages), Field("completion", .messages)])
            }
        }

        func json(_ sample: Sample) -> JSONValue {
            self == .chat ? sample.chat : sample.promptAndCompletion
        }
    }

    private static let rowGroupRows = 1024

    /// Relative to the folder of the export.
    let files: [String]
    private let form: Form
    private var lines: LinesFile
    private let parquet: ParquetWriter
    private var builders: [ColumnBuilder]

    init(_ form: Form, _ split: ExportSplit, folder: String) throws(Failure) {
        self.form = form
        files = ["\(form.rawValue)/\(split.rawValue).jsonl", "parquet/\(form.rawValue)/\(split.rawValue).parquet"]
        for file in files { try createFolder(parentFolder(of: "\(folder)/\(file)")) }
        lines = try LinesFile("\(folder)/\(files[0])")
        parquet = try ParquetWriter(
            path: "\(folder)/\(files[1])", schema: form.schema, rowGroupRows: Self.rowGroupRows)
        builders = form.schema.fields.map { ColumnBuilder($0.type) }
    }

    func append(_ sample: Sample) throws(Failure) {
        let json = form.json(sample)
        try lines.append(json.compact)
        for (builder, member) in zip(builders, json.object ?? []) { JSONValue.append(member.1, to: builder) }
        if builders[0].length == Self.rowGroupRows { try flush() }
    }

    func finish() throws(Failure) {
        try flush()
        try lines.finish()
        try parquet.finish()
    }

    private func flush() throws(Failure) {
        let count = builders[0].length
        guard count > 0 else { return }
        try parquet.append(
            RecordBatch(schema: form.schema, columns: builders.map { $0.finish() }, rowCount: count))
    }
}
