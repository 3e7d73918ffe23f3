/// The schema texts of a folder of databases, each read once.
struct SchemaCatalog {
    private let folder: DatabaseFolder
    private let writer = SchemaText()
    private var texts: [String: String] = [:]

    init(folder: String) {
        self.folder = DatabaseFolder(path: folder)
    }

    /// The schema of the database of this id.
    ///
    /// - Throws: `DatabaseProblem` if there is no such database.
    mutating func text(of id: String) throws(DatabaseProblem) -> String {
        if let known = texts[id] { return known }
        let text = writer.write(try SchemaReader(path: try folder.file(of: id)).tables())
        texts[id] = text
        return text
    }
}
