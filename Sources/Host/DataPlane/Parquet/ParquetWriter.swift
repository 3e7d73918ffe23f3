import CParquetABI
import PluginABI

/// Writes one Parquet file, batch by batch: zstd, statistics, nothing in it but the rows.
///
/// ```swift
/// let writer = try ParquetWriter(path: "out.parquet", schema: batch.schema, rowGroupRows: 1000)
/// try writer.append(batch)
/// try writer.finish()
/// ```
///
/// Equal rows in equal order give equal bytes, however they were batched (with `rowGroupRows` above 0). Without
/// ``finish()`` the file is left without its footer, for the caller to delete.
public final class ParquetWriter {
    private let path: String
    private let schema: Schema
    private let functions: fdparquet_functions
    private var handle: OpaquePointer?

    /// - Parameters:
    ///   - path: created, or emptied.
    ///   - rowGroupRows: rows of a row group, held in memory until it is full; 0 makes each batch a row group.
    /// - Throws: ``Failure`` of code `parquet`, or `parquet_library`.
    public init(path: String, schema: Schema, rowGroupRows: Int) throws(Failure) {
        self.path = path
        self.schema = schema
        functions = try ParquetLibrary.functions()
        var exported = ArrowSchema()
        schema.export(to: &exported)
        defer { withUnsafeMutablePointer(to: &exported) { $0.release() } }
        var message = fdparquet_message()
        if functions.writer_open(path, &exported, Int64(rowGroupRows), &handle, &message) != 0 {
            throw Failure("parquet", "cannot create '\(path)': \(message.string)")
        }
    }

    deinit {
        if let handle { functions.writer_abandon(handle) }
    }

    /// Appends rows.
    ///
    /// - Precondition: the batch has the writer's schema, and ``finish()`` has not been called.
    public func append(_ batch: RecordBatch) throws(Failure) {
        precondition(batch.schema == schema && handle != nil)
        var array = ArrowArray()
        batch.export(to: &array)
        defer { withUnsafeMutablePointer(to: &array) { $0.release() } }
        var message = fdparquet_message()
        if functions.writer_append(handle, &array, &message) != 0 {
            throw Failure("parquet", "cannot write '\(path)': \(message.string)")
        }
    }

    /// Writes the footer and syncs the file to disk.
    public func finish() throws(Failure) {
        guard let open = handle else { return }
        handle = nil
        var message = fdparquet_message()
        if functions.writer_close(open, &message) != 0 {
            throw Failure("parquet", "cannot finish '\(path)': \(message.string)")
        }
    }
}
