/// The tables of a folder of databases as prompts show them, each database read once.
struct PromptSchemas {
    enum Form: String, CaseIterable {
        /// `town(id INTEGER PRIMARY KEY, name TEXT)`, as the step `schema` writes it.
        case line
        /// `CREATE TABLE town (…)`.
        case ddl
    }

    let form: Form
    /// Values to show of a column.
    let values: Int
    /// Characters of the longest value that is shown.
    let valueCharacters: Int
    private let folder: DatabaseFolder
    /// By the bytes of their ids, as files are.
    private var known: [[UInt8]: [PromptTable]] = [:]

    init(folder: String, form: Form, values: Int, valueCharacters: Int) {
        self.folder = DatabaseFolder(path: folder)
        self.form = form
        self.values = values
        self.valueCharacters = valueCharacters
    }

    /// The tables of the database of this id.
    mutating func tables(of id: String) throws(DatabaseProblem) -> [PromptTable] {
        let key = Array(id.utf8)
        if let tables = known[key] { return tables }
        let path = try folder.file(of: id)
        let samples = try SampleValues(path: path)
        var tables: [PromptTable] = []
        for table in try SchemaReader(path: path).tables() {
            var shown = PromptTable(
                name: table.name, text: form == .ddl ? SchemaDDL().write(table) : SchemaText().write([table]))
            if values > 0 {
                for column in table.columns {
                    let values = try samples.values(
                        of: column.name, in: table.name, count: values, characters: valueCharacters)
                    shown.columns.append(PromptTable.Column(name: column.name, values: values))
                }
            }
            tables.append(shown)
        }
        known[key] = tables
        return tables
    }

    /// The tables of a schema text: one on each line.
    static func tables(in schema: String) -> [PromptTable] {
        schema.split(separator: "\n").map { line in
            PromptTable(name: String(line.prefix { $0 != "(" }), text: String(line))
        }
    }
}
