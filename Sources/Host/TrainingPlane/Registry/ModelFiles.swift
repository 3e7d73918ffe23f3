import CPlatform
import DataPlane
import Glibc

/// Removes a folder with all in it, if it is there.
public func removeFolder(_ path: String) { fdplatform_remove_folder(path) }

/// The SHA-256 of a model, a file or a folder, without a trainer's checkpoints in it (`checkpoint-100`): that of
/// ``copyModel(_:to:)``'s copy.
///
/// - Throws: ``Failure`` as ``FolderContents`` does: what is no file is no part of a model.
public func hashModel(_ path: String) throws(Failure) -> String {
    guard PathKind(path) == .folder else { return try hashFile(path, allowing: .regularFiles) }
    return try hashFolder(path, modelContents(path))
}

/// Copies a model, a file or a folder with all in it but a trainer's checkpoints, and syncs what it writes.
///
/// - Throws: ``Failure`` as ``hashModel(_:)`` does.
func copyModel(_ source: String, to target: String) throws(Failure) {
    guard PathKind(source) == .folder else { return try copyFile(source, to: target) }
    let contents = try modelContents(source)
    try createFolder(target)
    for folder in contents.folders { try createFolder("\(target)/\(folder)") }
    for file in contents.files { try copyFile("\(source)/\(file)", to: "\(target)/\(file)") }
}

/// What belongs to a model that is a folder: all but its checkpoints.
func modelContents(_ folder: String) throws(Failure) -> FolderContents {
    try FolderContents(folder) { isCheckpoint($0, in: folder) }
}

/// A folder as transformers names it, directly in the model's.
private func isCheckpoint(_ path: String, in folder: String) -> Bool {
    let prefix = "checkpoint-"
    guard path.hasPrefix(prefix), let step = Int(path.dropFirst(prefix.count)), step >= 0 else { return false }
    return PathKind("\(folder)/\(path)") == .folder
}

func copyFile(_ source: String, to target: String) throws(Failure) {
    let file = try InputFile(source, allowing: .regularFiles)
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
