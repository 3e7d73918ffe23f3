/// The open databases of one step: those used last stay open.
struct DatabasePool {
    /// A file of a database.
    struct File: Equatable {
        let path: String
        /// Tells the files of this pool apart.
        let number: Int
    }

    private let folder: DatabaseFolder
    /// By twice the file's number, plus one for those that read backwards.
    private var open: LeastRecentlyUsed<Int, ReadOnlyDatabase>
    /// By the bytes of their ids: names that Unicode holds to be equivalent are those of two files.
    private var suites: [[UInt8]: [File]] = [:]
    private var fileCount = 0

    /// - Parameter capacity: databases that are open at once.
    init(folder: String, capacity: Int = 64) {
        self.folder = DatabaseFolder(path: folder)
        open = LeastRecentlyUsed(capacity: capacity)
    }

    /// The database of this id, opened if it is not open yet.
    mutating func database(_ id: String) throws(DatabaseProblem) -> ReadOnlyDatabase {
        try database(in: suite(of: id)[0])
    }

    /// All files of the database of this id, looked up once.
    mutating func suite(of id: String) throws(DatabaseProblem) -> [File] {
        let key = Array(id.utf8)
        if let known = suites[key] { return known }
        var suite: [File] = []
        for path in try folder.suite(of: id) {
            suite.append(File(path: path, number: fileCount))
            fileCount += 1
        }
        suites[key] = suite
        return suite
    }

    /// The database in this file, opened if it is not open yet or if the connection is spoiled.
    mutating func database(in file: File, isReversed: Bool = false) throws(DatabaseProblem) -> ReadOnlyDatabase {
        let key = 2 * file.number + (isReversed ? 1 : 0)
        if let known = open.find(key), !known.isSpoiled { return known }
        let database = try ReadOnlyDatabase(path: file.path, isReversed: isReversed)
        open.keep(database, for: key)
        return database
    }
}
