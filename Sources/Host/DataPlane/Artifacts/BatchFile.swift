import CPlatform
import Glibc

/// Batches that wait on disk, first in, first out.
///
/// ```swift
/// let file = try BatchFile(folder: "runs/x/spool", schema: schema)
/// try file.append(batch, note: [4711])
/// try file.popFirst()   // the batch and its note
/// ```
///
/// In memory is only where each batch lies. The file has no name, so nothing is left of it however the process ends. Not for
/// two threads at once.
public final class BatchFile {
    private struct Entry {
        var offset: Int64
        var bytes: Int
        var rows: Int
        var note: [Int64]
    }

    private let schema: Schema
    private let path: String
    private let descriptor: Int32
    private var entries: [Entry] = []
    private var first = 0
    private var end: Int64 = 0

    /// - Throws: ``Failure`` when the folder cannot be made or written to.
    public init(folder: String, schema: Schema) throws(Failure) {
        self.schema = schema
        try createFolder(folder)
        path = "\(folder)/waiting-\(getpid())-\(UInt64.random(in: 0 ... .max)).rows"
        descriptor = fdplatform_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
        unlink(path)
    }

    deinit { close(descriptor) }

    public var isEmpty: Bool { first == entries.count }
    /// Batches that wait.
    public var count: Int { entries.count - first }

    /// - Parameter note: numbers to be kept with the batch, in memory.
    /// - Precondition: the batch has the file's schema.
    public func append(_ batch: RecordBatch, note: [Int64]) throws(Failure) {
        var bytes = ByteBuilder(capacity: 64 * 1024)
        for row in 0..<batch.rowCount {
            for column in batch.columns { CellCodec.append(column, row, to: &bytes) }
        }
        var written = 0
        while written < bytes.count {
            let count = pwrite(
                descriptor, bytes.storage + written, bytes.count - written, off_t(end) + off_t(written))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("write", path, errno: count < 0 ? errno : EIO) }
            written += count
        }
        entries.append(Entry(offset: end, bytes: bytes.count, rows: batch.rowCount, note: note))
        end += Int64(bytes.count)
    }

    /// The batch that has waited longest; nil when none does.
    public func popFirst() throws(Failure) -> (batch: RecordBatch, note: [Int64])? {
        guard !isEmpty else { return nil }
        let entry = entries[first]
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        let bytes = ByteBuilder(capacity: entry.bytes)
        var done = 0
        while done < entry.bytes {
            let count = pread(
                descriptor, bytes.storage + done, entry.bytes - done, off_t(entry.offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("read", path, errno: count < 0 ? errno : EIO) }
            done += count
        }
        var input = UnsafeRawBufferPointer(start: bytes.storage, count: entry.bytes)
        for _ in 0..<entry.rows {
            for builder in builders { CellCodec.append(CellCodec.next(&input), to: builder) }
        }
        withExtendedLifetime(bytes) {}
        try forgetFirst()
        return (
            RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: entry.rows), entry.note
        )
    }

    private func forgetFirst() throws(Failure) {
        first += 1
        if isEmpty {
            entries.removeAll(keepingCapacity: true)
            (first, end) = (0, 0)
            guard ftruncate(descriptor, 0) == 0 else { throw .system("empty", path, errno: errno) }
        } else if first > 1024 {
            entries.removeFirst(first)
            first = 0
        }
    }
}
