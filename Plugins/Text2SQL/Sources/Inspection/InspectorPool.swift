/// The inspectors of a folder of databases: those used last stay open.
struct InspectorPool {
    private let folder: DatabaseFolder
    private var open: LeastRecentlyUsed<String, StatementInspector>

    /// - Parameter capacity: databases that are open at once.
    init(folder: String, capacity: Int = 16) {
        self.folder = DatabaseFolder(path: folder)
        open = LeastRecentlyUsed(capacity: capacity)
    }

    /// The inspector of the database of this id.
    mutating func inspector(_ id: String) throws(DatabaseProblem) -> StatementInspector {
        if let known = open.find(id) { return known }
        let inspector = try StatementInspector(path: try folder.file(of: id))
        open.keep(inspector, for: id)
        return inspector
    }
}
