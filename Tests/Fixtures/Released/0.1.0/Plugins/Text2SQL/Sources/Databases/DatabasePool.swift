/// The open databases of one step: those used last stay open.
struct DatabasePool {
    private let folder: DatabaseFolder
    private var open: LeastRecentlyUsed<String, ReadOnlyDatabase>

    /// - Parameter capacity: databases that are open at once.
    init(folder: String, capacity: Int = 16) {
        self.folder = DatabaseFolder(path: folder)
        open = LeastRecentlyUsed(capacity: capacity)
    }

    /// The database of this id, opened if it is not open yet.
    mutating func database(_ id: String) throws(DatabaseProblem) -> ReadOnlyDatabase {
        if let known = open.find(id) { return known }
        let database = try ReadOnlyDatabase(path: try folder.file(of: id))
        open.keep(database, for: id)
        return database
    }
}
