import CSQLite
import Foundation

/// A temporary folder of databases, removed when the test ends.
final class Workspace {
    struct Failure: Error {
        let message: String
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "text2sql-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Makes `<id>/<id>.sqlite` with what `script` creates, and returns its path.
    @discardableResult
    func database(_ id: String, _ script: String) throws -> String {
        let home = folder.appending(path: id)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        return try Self.run(script, on: home.appending(path: "\(id).sqlite").path)
    }

    /// Makes a file of these bytes.
    func file(_ name: String, _ contents: String) throws {
        try Data(contents.utf8).write(to: folder.appending(path: name))
    }

    @discardableResult
    static func run(_ script: String, on path: String) throws -> String {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open(path, &handle) == SQLITE_OK, sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(handle)))
        }
        return path
    }

    /// Whether SQLite runs these statements on an empty database.
    static func accepts(_ script: String) -> Bool {
        (try? run(script, on: ":memory:")) != nil
    }

    /// Every file below the folder with its bytes, to see whether anything has changed.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appending(path: name)
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
            contents[name] = isFolder.boolValue ? Data() : try Data(contentsOf: file)
        }
        return contents
    }

    /// Some towns of two countries.
    static let towns = """
        CREATE TABLE country(code TEXT PRIMARY KEY, name TEXT);
        CREATE TABLE town(
            id INTEGER PRIMARY KEY, name TEXT, size REAL, country TEXT REFERENCES country(code), flag BLOB);
        INSERT INTO country VALUES ('a', 'Arland'), ('b', 'Borland');
        INSERT INTO town VALUES (1, 'Rill', 2.5, 'a', x'00ff'), (2, 'Dorn', 10, 'a', NULL), (3, 'Ax', NULL, 'b', NULL);
        """
}
