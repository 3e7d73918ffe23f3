import CParquetABI
import PluginABI

/// Reads a Parquet file batch by batch.
///
/// Narrow integers and floats are widened, large and dictionary-encoded text becomes utf8; types that FastDistill has
/// no column for (dates, decimals, …) are refused by name. Every batch is checked as any foreign data is.
public final class ParquetReader {
    public let schema: Schema
    private let path: String
    private let functions: fdparquet_functions
    private var handle: OpaquePointer?

    /// - Parameter batchRows: the most rows of a batch; bounds memory together with the size of a row.
    /// - Throws: ``Failure`` of code `parquet`, or `parquet_library`.
    public init(path: String, batchRows: Int) throws(Failure) {
        self.path = path
        functions = try ParquetLibrary.functions()
        var exported = ArrowSchema()
        var opened: OpaquePointer?
        var message = fdparquet_message()
        if functions.reader_open(path, Int64(max(batchRows, 1)), &exported, &opened, &message) != 0 {
            throw Failure("parquet", "cannot read '\(path)': \(message.string)")
        }
        do {
            schema = try Schema(adopting: &exported)
        } catch {
            functions.reader_close(opened)
            throw Failure("parquet", "cannot read '\(path)': \(error)")
        }
        handle = opened
    }

    deinit {
        if let handle { functions.reader_close(handle) }
    }

    /// The next rows, at least one; nil at the end of the file.
    public func next() throws(Failure) -> RecordBatch? {
        var array = ArrowArray()
        var message = fdparquet_message()
        if functions.reader_next(handle, &array, &message) != 0 {
            throw Failure("parquet", "cannot read '\(path)': \(message.string)")
        }
        guard array.release != nil else { return nil }
        do {
            return try RecordBatch(adopting: &array, schema: schema)
        } catch {
            throw Failure("parquet", "cannot read '\(path)': \(error)")
        }
    }
}
