import CPlatform
import DataPlane
import Glibc

/// Removes a folder with all in it, if it is there.
public func removeFolder(_ path: String) { fdplatform_remove_folder(path) }

/// The SHA-256 of a model, a file or a folder, without a trainer's checkpoints in it (`checkpoint-100`): that of
/// ``copyModel(_:to:)``'s copy.
///
/// - Throws: ``Failure`` as ``hashFolder(_:leavingOut:)`` does.
public func hashModel(_ path: String) throws(Failure) -> String {
    guard PathKind(path) == .folder else { return try hashFile(path) }
    return try hashFolder(path) { isCheckpoint($0.prefix { $0 != "/" }, in: path) }
}

/// Copies a model, a file or a folder with all in it but a trainer's checkpoints, and syncs what it writes.
///
/// - Throws: ``Failure`` with the system's reason.
func copyModel(_ source: String, to target: String) throws(Failure) {
    try copyTree(source, to: target) { isCheckpoint($0, in: source) }
}

private func copyTree(
    _ source: String, to target: String, leavingOut isLeftOut: (String) -> Bool = { _ in false }
) throws(Failure) {
    guard PathKind(source) == .folder else { return try copyFile(source, to: target) }
    try createFolder(target)
    for name in try fileNames(in: source) where !isLeftOut(name) {
        try copyTree("\(source)/\(name)", to: "\(target)/\(name)")
    }
}

/// A folder as transformers names it, directly in the model's.
private func isCheckpoint(_ name: some StringProtocol, in folder: String) -> Bool {
    let prefix = "checkpoint-"
    guard name.hasPrefix(prefix), let step = Int(name.dropFirst(prefix.count)), step >= 0 else { return false }
    return PathKind("\(folder)/\(name)") == .folder
}

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
