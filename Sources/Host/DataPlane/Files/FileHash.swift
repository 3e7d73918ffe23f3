/// The SHA-256 of a file's bytes, as hexadecimal digits; reads 64 KiB at a time.
///
/// - Parameter allowed: what it may be besides a regular file.
/// - Throws: ``Failure`` as ``InputFile`` does.
public func hashFile(_ path: String, allowing allowed: InputFile.Allowed = .streams) throws(Failure) -> String {
    let file = try InputFile(path, allowing: allowed)
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
/// - Throws: ``Failure``: unreadable; a link that leads to nothing or back up; a name that is not UTF-8.
public func hashFolder(_ path: String) throws(Failure) -> String {
    try hashFolder(path, FolderContents(path, allowingOthers: true))
}

/// As ``hashFolder(_:)``, of what has been found in it.
public func hashFolder(_ path: String, _ contents: FolderContents) throws(Failure) -> String {
    var hash = SHA256()
    for file in contents.files {
        hash.update(field: file)
        hash.update(field: try hashFile(path + "/" + file, allowing: .regularFiles))
    }
    return hash.finish()
}

/// The SHA-256 of a file or folder.
///
/// - Throws: ``Failure`` as ``hashFile(_:allowing:)`` and ``hashFolder(_:)`` do.
public func hashFileOrFolder(_ path: String) throws(Failure) -> String {
    PathKind(path) == .folder ? try hashFolder(path) : try hashFile(path)
}
