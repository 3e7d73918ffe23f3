import Glibc

/// The names in a folder, sorted; none when there is no such folder.
func fileNames(in folder: String) throws(Failure) -> [String] {
    guard let directory = opendir(folder) else {
        if errno == ENOENT { return [] }
        throw .system("open", folder, errno: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while true {
        errno = 0
        guard let entry = readdir(directory) else {
            if errno != 0 { throw .system("read", folder, errno: errno) }
            return names.sorted()
        }
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
}
