import CPlatform
import Glibc

/// A file open for reading, in pieces and by place.
public struct InputFile: ~Copyable {
    private let descriptor: Int32
    public let path: String

    /// - Throws: ``Failure`` with the system's reason, here and below.
    public init(_ path: String) throws(Failure) {
        descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
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
