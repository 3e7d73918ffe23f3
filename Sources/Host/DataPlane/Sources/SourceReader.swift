/// Reads a source's files one after the other, in batches, with memory bounded by a batch.
///
/// ```swift
/// let reader = try SourceReader(description)
/// while let batch = try reader.next(maxRows: 1024) { … }
/// ```
///
/// Ordinals run through all files and are the same at every reading. What is a row of which format stands in
/// Docs/specs/source.md.
public final class SourceReader {
    /// A batch ends early when it has this many bytes of source, so that long rows do not add up.
    static let batchBytes = 4 * 1024 * 1024

    private let description: SourceDescription
    private var remaining: ArraySlice<SourceDescription.File>
    private var current: (any RowReader)?
    private let assembler: RowAssembler

    /// - Throws: ``Failure`` of code `source` for a description that no file can fit.
    public init(_ description: SourceDescription) throws(Failure) {
        if description.format != .parquet,
            let column = description.columns.first(where: { $0.field.type.holdsBinary })
        {
            throw Failure(
                "source",
                "column '\(column.field.name)' is binary, which only Parquet files can hold; "
                    + "this source is \(description.format.rawValue)")
        }
        self.description = description
        remaining = description.files[...]
        assembler = RowAssembler(description)
    }

    /// The next rows: at most `maxRows`, readable or not; nil at the end.
    ///
    /// - Throws: ``Failure`` for a file that cannot be read, or that lacks a declared column in its header or schema.
    public func next(maxRows: Int) throws(Failure) -> SourceBatch? {
        assembler.begin()
        while assembler.rowCount < maxRows, assembler.byteCount < Self.batchBytes {
            if current == nil { current = try openNext() }
            guard let reader = current else { break }
            if try !reader.read(into: assembler, maxRows: maxRows - assembler.rowCount) { current = nil }
        }
        return assembler.rowCount == 0 ? nil : assembler.finish()
    }

    private func openNext() throws(Failure) -> (any RowReader)? {
        try remaining.popFirst().map { file throws(Failure) in try Self.open(file, description) }
    }

    static func open(
        _ file: SourceDescription.File, _ description: SourceDescription
    ) throws(Failure) -> any RowReader {
        switch description.format {
        case .jsonl: return try JSONLinesReader(file, description)
        case .csv: return try CSVRowReader(file, description)
        case .parquet: return try ParquetRowReader(file, description)
        }
    }
}

/// Reads the rows of one file.
protocol RowReader: AnyObject {
    /// Adds one or more rows, `maxRows` at most; false at the end of the file.
    func read(into assembler: RowAssembler, maxRows: Int) throws(Failure) -> Bool
}

extension DataType {
    fileprivate var holdsBinary: Bool {
        switch self {
        case .binary: true
        case .bool, .int64, .float64, .utf8: false
        case .list(let element): element.type.holdsBinary
        case .structure(let fields): fields.contains { $0.type.holdsBinary }
        }
    }
}
