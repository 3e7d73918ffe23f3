import DataPlane

/// What test rows can be recognised by: the values of their columns tagged `contamination_key`.
///
/// ```swift
/// var keys = TestKeys(columns: ["canonical.text"])
/// try keys.add(path: "runs/test-1/artifacts/canonical/shard-00000.parquet")
/// ```
///
/// About 200 bytes a test row. Training data is looked up as it streams by.
public struct TestKeys: Sendable {
    /// Names of the columns; the same in the test rows and in the training data.
    public let columns: [String]
    public private(set) var rowCount = 0
    /// Key to the numbers of the test rows that have it.
    private var rowsOfKey: [Digest: [Int]] = [:]
    private var contaminated: Set<Int> = []
    /// `input_id` to the number of its row.
    private var rowOfInput: [String: Int] = [:]

    public init(columns: [String]) { self.columns = columns }

    /// Adds the rows of a Parquet file. One whose `input_id` was added before is the same test row, asked by another graph:
    /// its keys count, and the row does not count twice.
    ///
    /// - Throws: ``Failure`` of code `parquet` or `column`.
    public mutating func add(path: String) throws(Failure) {
        let reader = try ParquetReader(path: path, batchRows: 1024)
        while let batch = try reader.next() {
            let ids = batch.column("input_id")
            for (row, keys) in try Self.keys(of: batch, columns, file: path).enumerated() {
                let id = ids?.string(row)
                let number = id.flatMap { rowOfInput[$0] } ?? rowCount
                if let id { rowOfInput[id] = number }
                for key in keys { rowsOfKey[key, default: []].append(number) }
                rowCount = max(rowCount, number + 1)
            }
        }
    }

    /// Looks training rows up, and notes the test rows that they have in common.
    ///
    /// - Returns: the numbers of the rows that are known.
    mutating func lookUp(_ batch: RecordBatch, file: String) throws(Failure) -> [Int] {
        var known: [Int] = []
        for (row, keys) in try Self.keys(of: batch, columns, file: file).enumerated() {
            let found = keys.compactMap { rowsOfKey[$0] }
            if !found.isEmpty { known.append(row) }
            for rows in found { contaminated.formUnion(rows) }
        }
        return known
    }

    /// How many test rows the training data looked up so far knows.
    public var contamination: Contamination {
        Contamination(testRows: rowCount, contaminatedRows: contaminated.count)
    }

    /// A key for each column that has a value: the SHA-256 of its name and value, each length-prefixed.
    private static func keys(
        of batch: RecordBatch, _ columns: [String], file: String
    ) throws(Failure) -> [[Digest]] {
        var keys = [[Digest]](repeating: [], count: batch.rowCount)
        for name in columns {
            let column = try ColumnPath(name, in: batch.schema, of: file).resolve(batch)
            for row in 0..<batch.rowCount where !column.isNull(row) {
                var hash = SHA256()
                hash.update(field: name)
                if column.column.type == .utf8 {
                    hash.update(field: column.column.bytes(row))
                } else {
                    hash.update(field: column.column.json(row).canonical)
                }
                keys[row].append(Digest(hash))
            }
        }
        return keys
    }
}
