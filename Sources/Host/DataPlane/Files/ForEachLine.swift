import CPlatform
import Glibc

/// Calls `body` with each line of a text file, without its line end; a last line without one is left out, since it may be
/// half written.
///
/// Memory is bounded by the longest line.
public func forEachLine(of path: String, _ body: (ArraySlice<UInt8>) -> Void) throws(Failure) {
    let descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
    defer { close(descriptor) }
    var carried: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw .system("read", path, errno: errno)
        }
        if count == 0 { return }
        var start = 0
        while let end = chunk[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
            if carried.isEmpty {
                body(chunk[start..<end])
            } else {
                carried += chunk[start..<end]
                body(carried[...])
                carried.removeAll(keepingCapacity: true)
            }
            start = end + 1
        }
        carried += chunk[start..<count]
    }
}
