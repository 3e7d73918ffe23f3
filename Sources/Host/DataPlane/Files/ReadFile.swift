import CPlatform
import Glibc

/// Reads a whole file: for configuration, not for data.
///
/// - Throws: ``Failure`` with the system's reason.
public func readFile(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw .system("read", path, errno: errno)
        }
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
    }
}
