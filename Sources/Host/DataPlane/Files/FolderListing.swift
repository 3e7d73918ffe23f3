import Glibc

/// The names in a folder, sorted; none when there is no such folder. A name that is not UTF-8 is shown with replacements.
public func fileNames(in folder: String) throws(Failure) -> [String] {
    try rawFileNames(in: folder).map { String(decoding: $0, as: UTF8.self) }.sorted()
}

/// The bytes of the names in a folder, in no order; none when there is no such folder.
func rawFileNames(in folder: String) throws(Failure) -> [[UInt8]] {
    guard let directory = opendir(folder) else {
        if errno == ENOENT { return [] }
        throw .system("open", folder, errno: errno)
    }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while true {
        errno = 0
        guard let entry = readdir(directory) else {
            if errno != 0 { throw .system("read", folder, errno: errno) }
            return names
        }
        let name = withUnsafeBytes(of: entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
        if name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] { names.append(name) }
    }
}
