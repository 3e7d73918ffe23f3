import Glibc

/// A path as an absolute one: relative ones start at `folder`. `.` and empty parts go, `..` stays, because it depends on
/// links.
///
/// ```swift
/// absolutePath("data/./tasks.jsonl", in: "/home/me")   // /home/me/data/tasks.jsonl
/// ```
public func absolutePath(_ path: String, in folder: String) -> String {
    let whole = path.utf8.first == UInt8(ascii: "/") ? path : folder + "/" + path
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
}

/// The folder in which relative paths start.
public func currentFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
}

/// The folder of a file, as an absolute path.
public func parentFolder(of path: String) -> String {
    absolutePath(path, in: currentFolder()).split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
}

/// What kind of thing a path leads to, through links.
public enum PathKind: Sendable {
    case file, folder, other

    /// Nil when there is nothing, or nothing that may be seen.
    public init?(_ path: String) {
        // Glibc would end the path there and find something else.
        guard !path.utf8.contains(0) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .other
        }
    }
}
