import CPlatform
import DataPlane
import Glibc

/// Removes a folder with all in it, if it is there.
public func removeFolder(_ path: String) { fdplatform_remove_folder(path) }

/// The SHA-256 of a model, a file or a folder, without its checkpoints: that of ``copyModel(_:to:)``'s copy.
///
/// - Throws: ``Failure`` as ``hashFolder(_:leavingOut:)`` does.
public func hashModel(_ path: String) throws(Failure) -> String {
    guard PathKind(path) == .folder else { return try hashFile(path) }
    return try hashFolder(path) { $0.split(separator: "/").contains(where: isCheckpoint) }
}

/// Copies a model, a file or a folder with all in it but checkpoints, and syncs what it writes.
///
/// - Throws: ``Failure`` with the system's reason.
func copyModel(_ source: String, to target: String) throws(Failure) {
    guard PathKind(source) == .folder else { return try copyFile(source, to: target) }
    try createFolder(target)
    for name in try fileNames(in: source) where !isCheckpoint(name) {
        try copyModel("\(source)/\(name)", to: "\(target)/\(name)")
    }
}

private func isCheckpoint(_ name: some StringProtocol) -> Bool { name.hasPrefix("checkpoint-") }

func copyFile(_ source: String, to target: String) throws(Failure) {
    let file = try InputFile(source)
    let descriptor = fdplatform_open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("create", target, errno: errno) }
    defer { close(descriptor) }
    while true {
        let bytes = try file.read(atMost: 1 << 20)
        if bytes.isEmpty { break }
        try writeAll(bytes[...], to: descriptor, path: target)
    }
    guard fsync(descriptor) == 0 else { throw .system("sync", target, errno: errno) }
}
