/// The schema texts of a folder of databases, each read once.
struct SchemaCatalog {
    private let folder: DatabaseFolder
    private let writer = SchemaText()
    /// By the bytes of their ids, as files are.
    private var texts: [[UInt8]: String] = [:]

    init(folder: String) {
        self.folder = DatabaseFolder(path: folder)
    }

    /// The schema of the database of this id.
    ///
    /// - Throws: `DatabaseProblem` if there is no such database.
    mutating func text(of id: String) throws(DatabaseProblem) -> String {
        let key = Array(id.utf8)
        if let known = texts[key] { return known }
        let text = writer.write(try SchemaReader(path: try folder.file(of: id)).tables())
        texts[key] = text
        return text
    }
}
