import Glibc

/// What is in a folder, at any depth. Links are followed.
///
/// ```swift
/// let contents = try FolderContents("student") { $0.hasPrefix("checkpoint-") }
/// contents.files     // ["config.json", "tokenizer/merges.txt"]
/// contents.folders   // ["tokenizer"]
/// ```
public struct FolderContents: Sendable {
    /// Paths of regular files relative to the folder, in order of their bytes.
    public private(set) var files: [String] = []
    /// Paths of folders, in order of their bytes: each is after the one that it is in.
    public private(set) var folders: [String] = []

    /// - Parameters:
    ///   - allowingOthers: leave out sockets, devices and pipes instead of refusing them.
    ///   - isLeftOut: whether a file, or a folder with all in it, is left out, by its path relative to the folder.
    /// - Throws: ``Failure``: unreadable; a link that leads to nothing or back up; a name that is not UTF-8; a socket, a
    ///   device or a pipe.
    public init(
        _ path: String, allowingOthers: Bool = false, leavingOut isLeftOut: (String) -> Bool = { _ in false }
    ) throws(Failure) {
        try list(path, relative: "", above: [], allowingOthers, isLeftOut)
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A folder on the disk, whatever its name.
    private struct FolderKey: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private mutating func list(
        _ root: String, relative: String, above: Set<FolderKey>, _ allowingOthers: Bool, _ isLeftOut: (String) -> Bool
    ) throws(Failure) {
        let folder = relative.isEmpty ? root : root + "/" + relative
        var status = stat()
        guard stat(folder, &status) == 0 else { throw .system("look at", folder, errno: errno) }
        let key = FolderKey(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        guard !above.contains(key) else {
            throw Failure(
                "io", "cannot go through '\(root)': the link '\(relative)' leads back up", at: Location(file: folder))
        }
        if !relative.isEmpty { folders.append(relative) }
        for name in try names(in: folder) {
            let inner = relative.isEmpty ? name : relative + "/" + name
            guard !isLeftOut(inner) else { continue }
            let path = root + "/" + inner
            guard stat(path, &status) == 0 else { throw .system("look at", path, errno: errno) }
            switch status.st_mode & S_IFMT {
            case S_IFREG: files.append(inner)
            case S_IFDIR: try list(root, relative: inner, above: above.union([key]), allowingOthers, isLeftOut)
            case _ where allowingOthers: break
            case S_IFIFO: throw .noFile(path, "a named pipe")
            case S_IFSOCK: throw .noFile(path, "a socket")
            default: throw .noFile(path, "a device")
            }
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
