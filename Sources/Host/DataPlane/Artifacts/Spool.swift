import CPlatform
import CXXHash
import Glibc

/// The rows of one stage and shard on their way, in the order in which they arrived: the last of them in memory, those
/// before in a scratch file.
///
/// The file is made when it is needed. A spool that rests has no file open and nothing in memory, until more rows come or
/// they are taken. Not for two threads at once.
final class Spool {
    /// Where a row lies, and what orders it.
    struct Entry: BitwiseCopyable {
        var ordinal: Int64
        /// Tells rows of one ordinal and candidate apart, by their content.
        var contentHash: UInt64
        /// Counted through the file and on through the bytes in memory.
        var offset: Int64
        var candidate: Int32
        var length: Int32
    }

    /// Bytes of a batch gathered before they are written.
    private static let writeBytes = 256 * 1024

    let schema: Schema
    private let path: String
    /// Negative while the file is closed or there is none.
    private var descriptor: Int32 = -1
    private var fileBytes: Int64 = 0
    /// What follows behind the file's end.
    private var tail = ByteBuilder()
    /// The rows that came since the spool last rested; those before them are in the index file.
    private var entries: [Entry] = []
    private var restingRows = 0
    private var takenBefore = Int64.min

    init(path: String, schema: Schema) {
        self.path = path
        self.schema = schema
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(path)
        unlink(indexPath)
    }

    /// Rows whose places are in memory.
    var rowsInMemory: Int { entries.count }
    /// Bytes of rows that are in memory.
    var bytesInMemory: Int { tail.count }

    private var indexPath: String { path + ".index" }

    /// Closes the file and puts the places of its rows on disk too.
    func rest() throws(Failure) {
        try writeOut()
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
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func wake() throws(Failure) {
        guard descriptor < 0 else { return }
        descriptor = fdplatform_open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
    }

    /// - Parameter inMemory: whether the rows may stay in memory; else they are in the file when this returns.
    /// - Precondition: the batch has the spool's schema.
    func append(_ batch: RecordBatch, inMemory: Bool) throws(Failure) {
        guard let ordinals = batch.column("ordinal") else { preconditionFailure("a stage has an ordinal") }
        let candidates = batch.column("candidate")
        for row in 0..<batch.rowCount {
            let start = tail.count
            for column in batch.columns { CellCodec.append(column, row, to: &tail) }
            let length = tail.count - start
            entries.append(
                Entry(
                    ordinal: ordinals.int64(row), contentHash: XXH3_64bits(tail.storage + start, length),
                    offset: fileBytes + Int64(start), candidate: Int32(clamping: candidates?.int64(row) ?? 0),
                    length: Int32(length)))
            if !inMemory, tail.count >= Self.writeBytes { try writeOut() }
        }
        if !inMemory { try writeOut() }
    }

    /// Moves what is in memory to the file.
    func writeOut() throws(Failure) {
        if tail.count > 0 {
            try wake()
            try Self.writeAll(UnsafeRawBufferPointer(start: tail.storage, count: tail.count), to: descriptor, path)
            fileBytes += Int64(tail.count)
        }
        tail = ByteBuilder()
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

    /// Gives the rows before an ordinal in the order of ordinal and candidate, one at a time, and forgets them.
    ///
    /// - Parameter body: gets a row's bytes, which are valid during the call.
    func take(before end: Int64, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
        // Rows may pile up behind one that takes long: they are not sorted again for nothing.
        if end <= takenBefore { return }
        try loadIndex()
        entries.sort { a, b in
            (a.ordinal, a.candidate, a.contentHash) < (b.ordinal, b.candidate, b.contentHash)
        }
        if let first = entries.first, first.ordinal < takenBefore {
            throw Failure(
                "artifacts",
                "a row of the source row \(first.ordinal) came to '\(path)' after its turn; this is an error of FastDistill, "
                    + "please report it with run.json and events.jsonl")
        }
        takenBefore = end
        let taken = entries.prefix { $0.ordinal < end }
        if taken.isEmpty { return }
        let isOnDisk = taken.contains { $0.offset < fileBytes }
        if isOnDisk { try wake() }
        var window = Window(path: path, descriptor: descriptor, fileBytes: isOnDisk ? fileBytes : 0)
        for entry in taken {
            let length = Int(entry.length)
            if entry.offset < fileBytes {
                try body(try window.bytes(at: entry.offset, count: length))
            } else {
                let start = tail.storage + Int(entry.offset - fileBytes)
                try body(UnsafeRawBufferPointer(start: start, count: length))
            }
        }
        try forget(taken.count)
    }

    /// Gives up the places of the first rows, in memory always and in the file once it holds no others.
    private func forget(_ count: Int) throws(Failure) {
        entries.removeFirst(count)
        let oldEnd = fileBytes
        if fileBytes > 0, !entries.contains(where: { $0.offset < oldEnd }) {
            try wake()
            guard ftruncate(descriptor, 0) == 0 else { throw .system("empty", path, errno: errno) }
            fileBytes = 0
        }
        var left = ByteBuilder(capacity: entries.isEmpty ? 0 : tail.count)
        for index in entries.indices where entries[index].offset >= oldEnd {
            let start = tail.storage + Int(entries[index].offset - oldEnd)
            entries[index].offset = fileBytes + Int64(left.count)
            left.append(start, count: Int(entries[index].length))
        }
        tail = left
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
        private var content = ByteBuilder()

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
