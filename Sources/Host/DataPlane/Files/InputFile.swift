import CPlatform
import Glibc

/// A file open for reading, in pieces and by place.
///
/// Opening it never waits: a named pipe, to which nobody may ever write (fifo(7)), is refused unless it is allowed.
///
/// ```swift
/// try InputFile("tokenizer.json")   // 'tokenizer.json' is a named pipe, not a file
/// ```
public struct InputFile: ~Copyable {
    /// What a path may lead to.
    public enum Allowed: Sendable {
        /// What is hashed or copied as a whole, and is the same at every reading.
        case regularFiles
        /// Devices too, and pipes without a name: `/dev/null`, `/dev/stdin`, `<(…)` of a shell.
        case streams
        /// Named pipes too; opening waits until somebody writes to it.
        case namedPipes
    }

    private let descriptor: Int32
    public let path: String

    /// - Throws: ``Failure`` with the system's reason, here and below; for what is not allowed, with what it is.
    public init(_ path: String, allowing allowed: Allowed = .streams) throws(Failure) {
        descriptor = try openForReading(path, allowed)
        self.path = path
    }

    deinit { close(descriptor) }

    /// How long the file is now.
    public func byteCount() throws(Failure) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("look at", path, errno: errno) }
        return Int(status.st_size)
    }

    /// The next bytes; none at the end.
    public func read(atMost limit: Int = 64 * 1024) throws(Failure) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var got = Glibc.read(descriptor, buffer.baseAddress, limit)
            while got < 0, errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, limit) }
            if got < 0 { failure = errno }
            count = max(got, 0)
        }
        if failure != 0 { throw .system("read", path, errno: failure) }
        return bytes
    }

    /// Exactly the bytes at a place, or a failure when the file has become shorter.
    public func read(at offset: Int, count: Int) throws(Failure) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                filled += got
            }
        }
        if failure != 0 { throw .system("read", path, errno: failure) }
        guard bytes.count == count else {
            throw Failure("io", "'\(path)' has become shorter while it was in use", at: Location(file: path))
        }
        return bytes
    }
}

private func openForReading(_ path: String, _ allowed: InputFile.Allowed) throws(Failure) -> Int32 {
    let waiting = allowed == .namedPipes ? 0 : O_NONBLOCK
    let descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC | waiting, 0)
    var status = stat()
    guard descriptor >= 0 else {
        let reason = errno
        // A socket has no such device or address (open(2), ENXIO).
        if reason == ENXIO, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK {
            throw .noFile(path, "a socket")
        }
        throw .system("open", path, errno: reason)
    }
    guard fstat(descriptor, &status) == 0 else {
        let reason = errno
        close(descriptor)
        throw .system("look at", path, errno: reason)
    }
    // Reading a folder says what it is.
    let kind = status.st_mode & S_IFMT
    if kind == S_IFREG || kind == S_IFDIR || allowed == .namedPipes { return descriptor }
    let isNamedPipe = kind == S_IFIFO && !isNameless(descriptor)
    if allowed == .streams, !isNamedPipe {
        // What it has not got yet is waited for when it is read.
        _ = fcntl(descriptor, F_SETFL, 0)
        return descriptor
    }
    close(descriptor)
    throw .noFile(path, isNamedPipe ? "a named pipe" : kind == S_IFIFO ? "a pipe" : "a device")
}

/// Whether a pipe is one of pipe(2): proc(5) has no path for it.
private func isNameless(_ descriptor: Int32) -> Bool {
    var target = [CChar](repeating: 0, count: 16)
    let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
    return target.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }.starts(with: "pipe:[".utf8)
}

extension Failure {
    /// `'x' is a named pipe, not a file`.
    static func noFile(_ path: String, _ what: String) -> Failure {
        Failure("io", "'\(path)' is \(what), not a file", at: Location(file: path))
    }
}
