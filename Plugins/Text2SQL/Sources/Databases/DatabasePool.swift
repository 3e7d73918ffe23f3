/// The open databases of one step: those used last stay open.
struct DatabasePool {
    private struct Key: Hashable {
        let path: String
        let isReversed: Bool
    }

    private let folder: DatabaseFolder
    private var open: LeastRecentlyUsed<Key, ReadOnlyDatabase>
    private var suites: [String: [String]] = [:]

    /// - Parameter capacity: databases that are open at once.
    init(folder: String, capacity: Int = 64) {
        self.folder = DatabaseFolder(path: folder)
        open = LeastRecentlyUsed(capacity: capacity)
    }

    /// The database of this id, opened if it is not open yet.
    mutating func database(_ id: String) throws(DatabaseProblem) -> ReadOnlyDatabase {
        try database(at: suite(of: id)[0])
    }

    /// The paths of all files of the database of this id, looked up once.
    mutating func suite(of id: String) throws(DatabaseProblem) -> [String] {
        if let known = suites[id] { return known }
        let suite = try folder.suite(of: id)
        suites[id] = suite
        return suite
    }

    /// The database in this file, opened if it is not open yet or if the connection is spoiled.
    mutating func database(at path: String, isReversed: Bool = false) throws(DatabaseProblem) -> ReadOnlyDatabase {
        let key = Key(path: path, isReversed: isReversed)
        if let known = open.find(key), !known.isSpoiled { return known }
        let database = try ReadOnlyDatabase(path: path, isReversed: isReversed)
        open.keep(database, for: key)
        return database
    }
}
