import CPlatform
import CXXHash
import Glibc

/// The rows of one stage and shard on their way, in a scratch file, in the order in which they arrived.
///
/// In memory is only where each row lies (32 bytes a row), and not even that of a spool that rests: it has no file open
/// either, until more rows come or they are read. Not for two threads at once.
final class Spool {
    /// Where a row lies, and what orders it.
    struct Entry: BitwiseCopyable {
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
    /// Negative while the spool rests.
    private var descriptor: Int32 = -1
    /// The rows that came since the spool last rested; those before them are in the index file.
    private var entries: [Entry] = []
    private var restingRows = 0
    private var fileBytes: Int64 = 0

    init(path: String, schema: Schema) throws(Failure) {
        self.path = path
        self.schema = schema
        descriptor = fdplatform_open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(path)
        unlink(indexPath)
    }

    /// Rows whose places are in memory.
    var rowsInMemory: Int { entries.count }

    private var indexPath: String { path + ".index" }

    /// Closes the file and puts the places of its rows on disk too.
    func rest() throws(Failure) {
        guard descriptor >= 0 else { return }
        if !entries.isEmpty {
            let index = fdplatform_open(indexPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard index >= 0 else { throw .system("create", indexPath, errno: errno) }
            defer { close(index) }
            // This process reads them again, so their layout in memory does on disk.
            let result = entries.withUnsafeBytes { bytes in
                Result { () throws(Failure) in try Self.writeAll(bytes, to: index, indexPath) }
            }
            try result.get()
            restingRows += entries.count
            entries = []
        }
        close(descriptor)
        descriptor = -1
    }

    private func wake() throws(Failure) {
        guard descriptor < 0 else { return }
        descriptor = fdplatform_open(path, O_RDWR | O_APPEND | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
    }

    /// - Precondition: the batch has the spool's schema.
    func append(_ batch: RecordBatch) throws(Failure) {
        guard let ordinals = batch.column("ordinal") else { preconditionFailure("a stage has an ordinal") }
        try wake()
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
        try Self.writeAll(UnsafeRawBufferPointer(start: bytes.storage, count: bytes.count), to: descriptor, path)
        fileBytes += Int64(bytes.count)
        bytes.truncate(to: 0)
    }

    private static func writeAll(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String
    ) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("write", path, errno: errno)
            }
            written += count
        }
    }

    /// Brings back the places of the rows that came before the spool last rested.
    private func loadIndex() throws(Failure) {
        if restingRows == 0 { return }
        let bytes = try readFile(indexPath)
        guard bytes.count == restingRows * MemoryLayout<Entry>.stride else {
            throw .system("read", indexPath, errno: EIO)
        }
        let rested = bytes.withUnsafeBytes { bytes in
            (0..<restingRows).map { row in
                bytes.loadUnaligned(fromByteOffset: row * MemoryLayout<Entry>.stride, as: Entry.self)
            }
        }
        entries = rested + entries
        restingRows = 0
        unlink(indexPath)
    }

    /// Gives all rows in the order of ordinal and candidate, one at a time; a row's bytes are valid during the call.
    func forEachSorted(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        try wake()
        try loadIndex()
        entries.sort { a, b in
            (a.ordinal, a.candidate, a.contentHash) < (b.ordinal, b.candidate, b.contentHash)
        }
        var window = Window(path: path, descriptor: descriptor, fileBytes: fileBytes)
        for entry in entries { try body(try window.bytes(at: entry.offset, count: Int(entry.length))) }
    }

    /// Reads a file in large pieces for rows that lie nearly in their order.
    private struct Window: ~Copyable {
        /// Rows arrive a little out of order, so a piece begins somewhat before the row that is wanted.
        private static let leadBytes: Int64 = 64 * 1024
        private static let pieceBytes: Int64 = 256 * 1024

        let path: String
        let descriptor: Int32
        let fileBytes: Int64
        private var start: Int64 = 0
        private var content = ByteBuilder(capacity: Int(Self.pieceBytes))

        init(path: String, descriptor: Int32, fileBytes: Int64) {
            self.path = path
            self.descriptor = descriptor
            self.fileBytes = fileBytes
        }

        /// Valid until the next call.
        mutating func bytes(at offset: Int64, count: Int) throws(Failure) -> UnsafeRawBufferPointer {
            if offset < start || offset + Int64(count) > start + Int64(content.count) {
                start = max(0, offset - Self.leadBytes)
                let end = min(fileBytes, max(start + Self.pieceBytes, offset + Int64(count)))
                try read(Int(end - start))
            }
            return UnsafeRawBufferPointer(start: content.storage + Int(offset - start), count: count)
        }

        private mutating func read(_ count: Int) throws(Failure) {
            content.truncate(to: 0)
            content.reserve(count)
            while content.count < count {
                let got = pread(
                    descriptor, content.storage + content.count, count - content.count,
                    off_t(start) + off_t(content.count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { throw .system("read", path, errno: got < 0 ? errno : EIO) }
                content.grow(by: got)
            }
        }
    }
}
