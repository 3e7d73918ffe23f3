import Glibc

/// The SHA-256 of a file's bytes, as hexadecimal digits; reads 64 KiB at a time.
///
/// - Throws: ``Failure`` with the system's reason.
public func hashFile(_ path: String) throws(Failure) -> String {
    let file = try InputFile(path)
    var hash = SHA256()
    while true {
        let chunk = try file.read()
        if chunk.isEmpty { return hash.finish() }
        chunk.withUnsafeBytes { hash.update($0) }
    }
}

/// The SHA-256 of a folder's regular files, as hexadecimal digits: for each, in order of the bytes of its path, the path
/// relative to the folder and the hexadecimal SHA-256 of its bytes, both length-prefixed (Docs/specs/identity.md).
///
/// Links are followed, so that a folder and one of links to its files have the same hash. Sockets, devices and pipes do
/// not count.
///
/// - Parameter isLeftOut: whether a file does not count, by its path relative to the folder.
/// - Throws: ``Failure``: unreadable; a link that leads to nothing or back up; a name that is not UTF-8.
public func hashFolder(_ path: String, leavingOut isLeftOut: (String) -> Bool = { _ in false }) throws(Failure)
    -> String
{
    var files: [String] = []
    try listFiles(path, relative: "", above: [], into: &files)
    files.removeAll(where: isLeftOut)
    files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var hash = SHA256()
    for file in files {
        hash.update(field: file)
        hash.update(field: try hashFile(path + "/" + file))
    }
    return hash.finish()
}

/// The SHA-256 of a file or folder.
///
/// - Throws: ``Failure`` as ``hashFile(_:)`` and ``hashFolder(_:)`` do.
public func hashFileOrFolder(_ path: String) throws(Failure) -> String {
    PathKind(path) == .folder ? try hashFolder(path) : try hashFile(path)
}

/// A folder on the disk, whatever its name.
private struct FolderKey: Hashable {
    var device: UInt64
    var inode: UInt64
}

private func listFiles(
    _ root: String, relative: String, above: Set<FolderKey>, into files: inout [String]
) throws(Failure) {
    let folder = relative.isEmpty ? root : root + "/" + relative
    var status = stat()
    guard stat(folder, &status) == 0 else { throw .system("look at", folder, errno: errno) }
    let key = FolderKey(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    guard !above.contains(key) else {
        throw Failure("io", "cannot hash '\(root)': the link '\(relative)' leads back up", at: Location(file: folder))
    }
    for name in try names(in: folder) {
        let inner = relative.isEmpty ? name : relative + "/" + name
        switch PathKind(root + "/" + inner) {
        case .file: files.append(inner)
        case .folder: try listFiles(root, relative: inner, above: above.union([key]), into: &files)
        case .other: break
        case nil: throw .system("look at", root + "/" + inner, errno: errno)
        }
    }
}

private func names(in folder: String) throws(Failure) -> [String] {
    var names: [String] = []
    for bytes in try rawFileNames(in: folder) {
        guard let name = String(validating: bytes, as: UTF8.self) else {
            throw Failure("io", "a name in '\(folder)' is not UTF-8; rename the file", at: Location(file: folder))
        }
        names.append(name)
    }
    return names
}
