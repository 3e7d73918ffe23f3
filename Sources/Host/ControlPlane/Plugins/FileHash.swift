import CPlatform
import DataPlane
import Glibc

/// The SHA-256 of a plugin file, as hexadecimal digits.
func fileSHA256(_ path: String) throws(PluginRefusal) -> String {
    let descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw PluginRefusal(.unreadable, "it cannot be read: \(systemMessage(errno))") }
    defer { close(descriptor) }
    var hash = SHA256()
    var chunk = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return hash.finish() }
        if count < 0 {
            if errno == EINTR { continue }
            throw PluginRefusal(.unreadable, "it cannot be read: \(systemMessage(errno))")
        }
        chunk.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}
