import DataPlane

/// What a judge is shown of the kept answers of one model, by `input_id`.
///
/// All of it is in memory: about the bytes of the columns.
public struct ShownAnswers: Sendable {
    /// A column, and what it is called in a pair.
    public struct Column: Sendable {
        public var name: String
        public var path: String

        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    let columns: [Column]
    /// Values in the order of the columns.
    private(set) var byInput: [String: [JSONValue]] = [:]

    /// - Parameter runDirectory: a run of the evaluation graph; an answer that it has not kept is none.
    /// - Throws: ``Failure`` when its rows cannot be read.
    public init(runDirectory: String, columns: [Column]) throws(Failure) {
        self.columns = columns
        for file in try SealedFile.list(runDirectory: runDirectory, stage: "distilled") {
            let reader = try ParquetReader(path: "\(runDirectory)/\(file.path)", batchRows: 1024)
            let input = try ColumnPath("input_id", in: reader.schema, of: file.path)
            var paths: [ColumnPath] = []
            for column in columns { paths.append(try ColumnPath(column.path, in: reader.schema, of: file.path)) }
            while let batch = try reader.next() {
                let inputs = input.resolve(batch)
                let found = paths.map { $0.resolve(batch) }
                for row in 0..<batch.rowCount {
                    byInput[inputs.column.string(row)] = found.map { $0.isNull(row) ? .null : $0.column.json(row) }
                }
            }
        }
    }

    init(columns: [Column], byInput: [String: [JSONValue]]) { (self.columns, self.byInput) = (columns, byInput) }

    /// Tells sets of answers apart: the SHA-256 of ascending `input_id`s, each with its values as canonical JSON, all of
    /// them length-prefixed.
    public var sha256: String {
        var hash = SHA256()
        for (input, values) in byInput.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            hash.update(field: input)
            hash.update(field: JSONValue.array(values).canonical)
        }
        return hash.finish()
    }
}
