import CPlatform
import Glibc

/// Writes all bytes of a text to a descriptor.
public func writeAll(_ text: String, to descriptor: Int32, path: String) throws(Failure) {
    try writeAll(Array(text.utf8)[...], to: descriptor, path: path)
}

/// Writes all bytes to a descriptor.
public func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, path: String) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { continue }
            throw .system("write", path, errno: errno)
        }
        rest = rest.dropFirst(count)
    }
}

/// Replaces a file as a whole: whoever opens the path sees the old content or the new, also after a power cut.
///
/// Writes a temporary file beside it, syncs it, renames it, and syncs the folder. Another process that replaces the file at the
/// same time waits until this one has; what a killed one leaves of the temporary file is overwritten.
public func replaceFile(_ path: String, with text: String) throws(Failure) {
    let temporary = path + ".tmp"
    let descriptor = try openAlone(temporary)
    // It is held until the file has its name.
    defer { close(descriptor) }
    do throws(Failure) {
        try writeAll(text, to: descriptor, path: temporary)
        guard fsync(descriptor) == 0 else { throw Failure.system("sync", temporary, errno: errno) }
    } catch {
        unlink(temporary)
        throw error
    }
    guard rename(temporary, path) == 0 else { throw .system("rename", temporary, errno: errno) }
    try syncFolder(containing: path)
}

/// Opens an empty file that no other process writes to, and locks it.
private func openAlone(_ path: String) throws(Failure) -> Int32 {
    while true {
        let descriptor = fdplatform_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        var (own, named) = (stat(), stat())
        // The one who had it may have given it its name meanwhile: then it is no longer the temporary file.
        if fstat(descriptor, &own) == 0, stat(path, &named) == 0, own.st_ino == named.st_ino, own.st_dev == named.st_dev
        {
            if ftruncate(descriptor, 0) == 0 { return descriptor }
            let reason = errno
            close(descriptor)
            throw .system("empty", path, errno: reason)
        }
        close(descriptor)
    }
}

/// Writes a new file. One that is there already is an error and stays as it is; when writing fails nothing is left.
public func createFile(_ path: String, with text: String) throws(Failure) {
    let descriptor = fdplatform_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
    defer { close(descriptor) }
    do throws(Failure) {
        try writeAll(text, to: descriptor, path: path)
    } catch {
        unlink(path)
        throw error
    }
}

/// Makes a rename inside a folder durable.
public func syncFolder(containing path: String) throws(Failure) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = fdplatform_open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .system("open", folder, errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .system("sync", folder, errno: errno) }
}

/// Creates a folder and those above it that are missing.
public func createFolder(_ path: String) throws(Failure) {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        built += (built.isEmpty || built.hasSuffix("/") ? "" : "/") + part
        if mkdir(built, 0o755) != 0, errno != EEXIST { throw .system("create the folder", built, errno: errno) }
    }
}
