import CPlatform
import Glibc

/// Reads a file line by line, 64 KiB at a time; a line is bounded too.
///
/// A byte order mark at the start is skipped. The last line needs no end.
final class LineReader {
    static let chunkBytes = 64 * 1024
    /// The longest line (and CSV record); longer ones are passed over.
    static let lineLimit = 16 * 1024 * 1024

    struct Line {
        /// 1-based.
        var number: Int
        /// Without its `\n`; valid until the next line is read. Empty when it is too long.
        var bytes: UnsafeRawBufferPointer
        var isTooLong = false
    }

    private let path: String
    private let descriptor: Int32
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var lineNumber = 0
    private var atEnd = false

    init(path: String) throws(Failure) {
        self.path = path
        descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
        buffer = .allocate(byteCount: Self.chunkBytes, alignment: 16)
        try fill()
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if end >= 3, buffer[..<3].elementsEqual(mark) { start = 3 }
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// The next line; nil at the end of the file.
    func next() throws(Failure) -> Line? {
        var searched = start
        while true {
            if let lineEnd = newline(from: searched) { return line(upTo: lineEnd, skipping: 1) }
            if atEnd { return start == end ? nil : line(upTo: end, skipping: 0) }
            searched = end
            if end - start > Self.lineLimit { return try skipLine() }
            let moved = start
            try fill()
            searched -= moved - start
        }
    }

    private func line(upTo lineEnd: Int, skipping separator: Int) -> Line {
        lineNumber += 1
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<lineEnd])
        start = lineEnd + separator
        return bytes.count > Self.lineLimit
            ? Line(number: lineNumber, bytes: UnsafeRawBufferPointer(start: nil, count: 0), isTooLong: true)
            : Line(number: lineNumber, bytes: bytes)
    }

    /// Passes over the rest of a line that is too long to hold.
    private func skipLine() throws(Failure) -> Line {
        lineNumber += 1
        repeat {
            start = end
            try fill()
        } while newline(from: start) == nil && !atEnd
        start = newline(from: start).map { $0 + 1 } ?? end
        return Line(number: lineNumber, bytes: UnsafeRawBufferPointer(start: nil, count: 0), isTooLong: true)
    }

    private func newline(from index: Int) -> Int? {
        guard index < end, let base = buffer.baseAddress, let found = memchr(base + index, 0x0A, end - index) else {
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Moves what is left to the front and reads one chunk behind it.
    private func fill() throws(Failure) {
        guard let base = buffer.baseAddress else { return }
        if start > 0 {
            base.copyMemory(from: base + start, byteCount: end - start)
            end -= start
            start = 0
        }
        if buffer.count - end < Self.chunkBytes {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(buffer.count * 2, end + Self.chunkBytes), alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
            buffer.deallocate()
            buffer = larger
        }
        while true {
            let count = read(descriptor, buffer.baseAddress.map { $0 + end }, Self.chunkBytes)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("read", path, errno: errno)
            }
            end += count
            atEnd = count == 0
            return
        }
    }
}

/// Whether bytes are UTF-8 (RFC 3629).
func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let span = Span<UInt8>(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
    do {
        _ = try UTF8Span(validating: span)
        return true
    } catch {
        return false
    }
}
