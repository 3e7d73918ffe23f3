import DataPlane

/// Reads the kept samples of one artifact file, some at a time.
final class SampleReader {
    private static let batchRows = 256

    private let file: String
    private let reader: ParquetReader
    private let rowID: ColumnPath
    private let inputID: ColumnPath
    private let prompt: ColumnPath
    private let answer: ColumnPath

    /// - Parameter file: for messages; `path` is where it lies.
    /// - Throws: ``Failure`` of code `column` when one is missing or of another type.
    init(path: String, file: String, settings: ExportSettings) throws(Failure) {
        self.file = file
        reader = try ParquetReader(path: path, batchRows: Self.batchRows)
        let schema = reader.schema
        rowID = try ColumnPath("row_id", in: schema, of: file)
        inputID = try ColumnPath("input_id", in: schema, of: file)
        prompt = try ColumnPath(settings.prompt, in: schema, of: file)
        answer = try ColumnPath(settings.answer, in: schema, of: file)
        guard prompt.type.isMessages else {
            throw Self.wrongType(prompt, "the prompt", "messages, \(DataType.messages)")
        }
        guard answer.type == .utf8 else { throw Self.wrongType(answer, "the answer", "text, utf8") }
    }

    private static func wrongType(_ path: ColumnPath, _ what: String, _ wanted: String) -> Failure {
        Failure("column", "\(what) column '\(path.name)' is \(path.type); it has to be \(wanted)")
    }

    /// The next rows with their samples, or nil at the end of the file.
    ///
    /// - Throws: ``Failure`` of code `export` for a row without prompt or answer.
    func next() throws(Failure) -> (batch: RecordBatch, samples: [Sample])? {
        guard let batch = try reader.next() else { return nil }
        let (rows, inputs) = (rowID.resolve(batch), inputID.resolve(batch))
        let (prompts, answers) = (prompt.resolve(batch), answer.resolve(batch))
        var samples: [Sample] = []
        for row in 0..<batch.rowCount {
            let name = rows.isNull(row) ? "" : rows.column.string(row)
            guard !inputs.isNull(row) else { throw missing("input_id", name) }
            guard !prompts.isNull(row), !prompts.column.range(row).isEmpty else { throw missing(prompt.name, name) }
            guard !answers.isNull(row) else { throw missing(answer.name, name) }
            samples.append(
                Sample(
                    rowID: name, inputID: inputs.column.string(row), prompt: prompts.column.json(row).array ?? [],
                    answer: answers.column.string(row)))
        }
        return (batch, samples)
    }

    private func missing(_ column: String, _ row: String) -> Failure {
        Failure(
            "export",
            "the row \(quoted(row)) of '\(file)' has no '\(column)'; reject such rows in the graph, or export another column"
        )
    }
}
