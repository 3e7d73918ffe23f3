import DataPlane

/// The rows of an evaluation, as they are before anybody is asked: what every model is scored on.
///
/// About 100 bytes a row.
public struct TestRows: Sendable {
    public struct Facet: Sendable {
        /// The column.
        public var name: String
        /// Of each row; nil for none.
        public var values: [String?]
    }

    public private(set) var inputIDs: [String] = []
    /// What reports are grouped by: columns tagged `facet`.
    public internal(set) var facets: [Facet]

    init(inputIDs: [String]) { (self.inputIDs, facets) = (inputIDs, []) }

    /// - Parameters:
    ///   - runDirectory: a run whose artifact `distilled` are the rows.
    ///   - facets: names of columns.
    /// - Throws: ``Failure`` of code `evaluation` without rows; else when they cannot be read.
    public init(runDirectory: String, facets names: [String]) throws(Failure) {
        facets = names.map { Facet(name: $0, values: []) }
        for file in try SealedFile.list(runDirectory: runDirectory, stage: "distilled") {
            let reader = try ParquetReader(path: "\(runDirectory)/\(file.path)", batchRows: 1024)
            let input = try ColumnPath("input_id", in: reader.schema, of: file.path)
            var columns: [ColumnPath] = []
            for name in names { columns.append(try ColumnPath(name, in: reader.schema, of: file.path)) }
            while let batch = try reader.next() {
                let inputs = input.resolve(batch)
                for row in 0..<batch.rowCount { inputIDs.append(inputs.column.string(row)) }
                for (index, path) in columns.enumerated() {
                    let column = path.resolve(batch)
                    for row in 0..<batch.rowCount {
                        facets[index].values.append(column.isNull(row) ? nil : Self.text(column.column, row))
                    }
                }
            }
        }
        guard !inputIDs.isEmpty else {
            throw Failure("evaluation", "the evaluation graph has no rows to ask anything; see '\(runDirectory)'")
        }
    }

    private static func text(_ column: Column, _ row: Int) -> String {
        column.type == .utf8 ? column.string(row) : column.json(row).compact
    }
}
