import CPlatform
import CXXHash
import Glibc

/// The rows of one stage and shard on their way, in a scratch file, in the order in which they arrived.
///
/// In memory is only where each row lies (32 bytes a row). Not for two threads at once.
final class Spool {
    /// Where a row lies, and what orders it.
    struct Entry {
        var ordinal: Int64
        /// Tells rows of one ordinal and candidate apart, by their content.
        var contentHash: UInt64
        var offset: Int64
        var candidate: Int32
        var length: Int32
    }

    /// Bytes gathered before they are written.
    private static let writeBytes = 256 * 1024

    let schema: Schema
    private let path: String
    private let descriptor: Int32
    private var entries: [Entry] = []
    private var fileBytes: Int64 = 0

    init(path: String, schema: Schema) throws(Failure) {
        self.path = path
        self.schema = schema
        descriptor = fdplatform_open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// - Precondition: the batch has the spool's schema.
    func append(_ batch: RecordBatch) throws(Failure) {
        guard let ordinals = batch.column("ordinal") else { preconditionFailure("a stage has an ordinal") }
        let candidates = batch.column("candidate")
        var bytes = ByteBuilder(capacity: Self.writeBytes)
        for row in 0..<batch.rowCount {
            let start = bytes.count
            for column in batch.columns { CellCodec.append(column, row, to: &bytes) }
            let length = bytes.count - start
            entries.append(
                Entry(
                    ordinal: ordinals.int64(row), contentHash: XXH3_64bits(bytes.storage + start, length),
                    offset: fileBytes + Int64(start), candidate: Int32(clamping: candidates?.int64(row) ?? 0),
                    length: Int32(length)))
            if bytes.count >= Self.writeBytes { try flush(&bytes) }
        }
        try flush(&bytes)
    }

    private func flush(_ bytes: inout ByteBuilder) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = write(descriptor, bytes.storage + written, bytes.count - written)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("write", path, errno: errno)
            }
            written += count
        }
        fileBytes += Int64(bytes.count)
        bytes.truncate(to: 0)
    }

    /// Gives all rows in the order of ordinal and candidate, one at a time; a row's bytes are valid during the call.
    func forEachSorted(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        entries.sort { a, b in
            (a.ordinal, a.candidate, a.contentHash) < (b.ordinal, b.candidate, b.contentHash)
        }
        var row = ByteBuilder(capacity: 64 * 1024)
        for entry in entries {
            row.truncate(to: 0)
            row.reserve(Int(entry.length))
            var done = 0
            while done < Int(entry.length) {
                let count = pread(
                    descriptor, row.storage + done, Int(entry.length) - done, off_t(entry.offset) + off_t(done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw .system("read", path, errno: count < 0 ? errno : EIO) }
                done += count
            }
            try body(UnsafeRawBufferPointer(start: row.storage, count: Int(entry.length)))
        }
    }
}
