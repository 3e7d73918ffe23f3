import CPlatform
import DataPlane
import Glibc

/// A text file that is written line by line.
struct LinesFile: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Creates the file, or empties it.
    init(_ path: String) throws(Failure) {
        descriptor = fdplatform_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
        self.path = path
    }

    deinit { close(descriptor) }

    mutating func append(_ line: String) throws(Failure) {
        buffer.append(contentsOf: line.utf8)
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= 256 * 1024 { try flush() }
    }

    /// Writes what is left, and syncs the file to disk.
    mutating func finish() throws(Failure) {
        try flush()
        guard fsync(descriptor) == 0 else { throw .system("sync", path, errno: errno) }
    }

    private mutating func flush() throws(Failure) {
        try writeAll(buffer[...], to: descriptor, path: path)
        buffer.removeAll(keepingCapacity: true)
    }
}
