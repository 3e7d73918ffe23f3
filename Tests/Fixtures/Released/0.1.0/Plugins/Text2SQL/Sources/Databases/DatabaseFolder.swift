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
