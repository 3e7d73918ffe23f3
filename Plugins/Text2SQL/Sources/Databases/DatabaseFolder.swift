import Glibc

/// A folder of SQLite files, each known by its `db_id`.
///
/// A database is `<db_id>/<db_id>.sqlite` or `<db_id>.sqlite`; the first of them that exists.
struct DatabaseFolder {
    let path: String

    /// Whether there is such a folder.
    var exists: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Where the database lies.
    ///
    /// - Throws: `DatabaseProblem.unknown` if the id names no file within this folder; `.unreadable` if what it names
    ///   cannot be used as an unchanging database.
    func file(of id: String) throws(DatabaseProblem) -> String {
        guard !id.isEmpty, id != ".", id != "..", !id.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
        else { throw .unknown("the id is not a plain name") }
        for candidate in ["\(path)/\(id)/\(id).sqlite", "\(path)/\(id).sqlite"] {
            var status = stat()
            guard stat(candidate, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("it is not a regular file") }
            guard status.st_size > 0 else { throw .unreadable("the file is empty") }
            try Self.checkLogs(beside: candidate)
            return candidate
        }
        throw .unknown("there is neither \(id)/\(id).sqlite nor \(id).sqlite")
    }

    /// All files of a database: the one of `file(of:)`, then the other `.sqlite` files of its folder by name. They have
    /// the same schema and other rows (a test suite), so that a wrong statement is less likely to be right by chance.
    ///
    /// - Throws: as `file(of:)`, for each of them.
    func suite(of id: String) throws(DatabaseProblem) -> [String] {
        let main = try file(of: id)
        guard main.hasSuffix("/\(id)/\(id).sqlite"), let list = opendir("\(path)/\(id)") else { return [main] }
        defer { closedir(list) }
        var others: [String] = []
        while let entry = readdir(list) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".sqlite"), name != "\(id).sqlite" { others.append("\(path)/\(id)/\(name)") }
        }
        for file in others { try Self.checkLogs(beside: file) }
        return [main] + others.sorted()
    }

    /// Refuses a file whose last changes still lie in a log beside it: opened as immutable they would be missed.
    ///
    /// Source: <https://www.sqlite.org/c3ref/open.html>, "immutable".
    private static func checkLogs(beside file: String) throws(DatabaseProblem) {
        for ending in ["-wal", "-journal"] {
            var status = stat()
            if stat(file + ending, &status) == 0, status.st_size > 0 {
                throw .unreadable("changes wait in \(ending) beside it; open it once with sqlite3 to take them over")
            }
        }
    }
}
