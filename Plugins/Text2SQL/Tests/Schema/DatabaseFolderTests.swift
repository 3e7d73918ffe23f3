import Foundation
import Testing

@testable import Text2SQL

/// Which file a `db_id` means, and what is refused.
@Suite struct DatabaseFolderTests {
    @Test func bothLayoutsAreFound() throws {
        let workspace = try Workspace()
        let nested = try workspace.database("a", Workspace.towns)
        let flat = try Workspace.run(Workspace.towns, on: workspace.folder.appending(path: "b.sqlite").path)
        let folder = DatabaseFolder(path: workspace.folder.path)
        #expect(try folder.file(of: "a") == nested)
        #expect(try folder.file(of: "b") == flat)
        #expect(folder.exists)
        #expect(!DatabaseFolder(path: nested).exists)
    }

    @Test(arguments: ["", ".", "..", "../a", "a/../a", "/a", "a/", "a\u{0}", "a/a"])
    func anIdThatIsNoPlainNameIsUnknown(id: String) throws {
        let workspace = try Workspace()
        try workspace.database("a", Workspace.towns)
        let folder = DatabaseFolder(path: workspace.folder.appending(path: "a").path)
        #expect(throws: DatabaseProblem.unknown("the id is not a plain name")) { try folder.file(of: id) }
    }

    @Test func anIdWithoutAFileIsUnknown() throws {
        let folder = DatabaseFolder(path: try Workspace().folder.path)
        #expect(throws: DatabaseProblem.unknown("there is neither x/x.sqlite nor x.sqlite")) {
            try folder.file(of: "x")
        }
    }

    @Test func aFileThatIsNoDatabaseIsUnreadable() throws {
        let workspace = try Workspace()
        try workspace.file(
            "text.sqlite", "This is no database at all, but a text that is long enough to look like a file.")
        try workspace.file("empty.sqlite", "")
        try FileManager.default.createDirectory(
            at: workspace.folder.appending(path: "folder.sqlite"), withIntermediateDirectories: true)
        var pool = DatabasePool(folder: workspace.folder.path)
        var catalog = SchemaCatalog(folder: workspace.folder.path)
        for (id, reason) in [
            ("text", "file is not a database"), ("empty", "the file is empty"), ("folder", "it is not a regular file"),
        ] {
            #expect(throws: DatabaseProblem.unreadable(reason)) { try pool.database(id) }
            #expect(throws: DatabaseProblem.unreadable(reason)) { try catalog.text(of: id) }
        }
    }

    @Test func aDatabaseWithChangesInALogBesideItIsUnreadable() throws {
        let workspace = try Workspace()
        let path = try workspace.database("a", Workspace.towns)
        try workspace.file("a/a.sqlite-wal", "x")
        let reason = "changes wait in -wal beside it; open it once with sqlite3 to take them over"
        #expect(throws: DatabaseProblem.unreadable(reason)) {
            try DatabaseFolder(path: workspace.folder.path).file(of: "a")
        }
        try FileManager.default.removeItem(atPath: path + "-wal")
        #expect(try DatabaseFolder(path: workspace.folder.path).file(of: "a") == path)
    }

    @Test func theOtherFilesOfAFolderAreASuite() throws {
        let workspace = try Workspace()
        let path = try workspace.database("m", Workspace.towns)
        let folder = DatabaseFolder(path: workspace.folder.path)
        #expect(try folder.suite(of: "m") == [path])
        for name in ["z.sqlite", "b.sqlite"] {
            try Workspace.run(Workspace.towns, on: workspace.folder.appending(path: "m/\(name)").path)
        }
        try workspace.file("m/notes.txt", "no database")
        try workspace.file("flat.sqlite", "x")
        let home = workspace.folder.appending(path: "m").path
        #expect(try folder.suite(of: "m") == [path, "\(home)/b.sqlite", "\(home)/z.sqlite"])
        #expect(try folder.suite(of: "flat") == [workspace.folder.appending(path: "flat.sqlite").path])
        try workspace.file("m/b.sqlite-journal", "x")
        #expect(throws: DatabaseProblem.self) { try folder.suite(of: "m") }
    }

    @Test func theDatabasesUsedLastStayOpen() throws {
        let workspace = try Workspace()
        for id in ["a", "b", "c", "d"] { try workspace.database(id, Workspace.towns) }
        var pool = DatabasePool(folder: workspace.folder.path, capacity: 4)
        let a = try pool.database("a")
        let b = try pool.database("b")
        #expect(try pool.database("a") === a)
        _ = try pool.database("c")
        #expect(try pool.database("a") === a)
        _ = try pool.database("d")
        #expect(try pool.database("a") === a)
        #expect(try pool.database("b") !== b)
    }

    @Test func whatWasUsedOfLateIsKept() {
        var cache = LeastRecentlyUsed<String, Int>(capacity: 10)
        cache.keep(1, for: "a", cost: 3)
        cache.keep(2, for: "b", cost: 6)
        #expect(cache.find("a") == 1)
        #expect(cache.find("b") == nil)
        cache.keep(3, for: "c", cost: 3)
        #expect(cache.find("a") == 1)
        cache.keep(4, for: "d", cost: 3)
        cache.keep(5, for: "e", cost: 3)
        #expect(cache.find("c") == nil)
        cache.keep(6, for: "e", cost: 2)
        #expect(cache.find("e") == 6)
        #expect(cache.count == 2)
    }
}
