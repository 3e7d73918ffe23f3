import PluginKit

/// Looks up the schema of a row's database.
struct SchemaStep: Step {
    static let id = "schema"
    static let summary = "Adds the schema of the row's database as text."
    static let doc = """
        One line for each table, with columns, types, primary and foreign keys, in the order of the tables' names. The \
        text depends on the schema alone, not on how its CREATE statements were written.
        """

    private let databaseID: Input<String>
    private let schema: Output<String>
    private let database: Output<String>
    private let databases: DatabaseOption
    private let catalog: Shared<SchemaCatalog>

    init(_ declare: inout Declaration) {
        databaseID = declare.reads("db_id", doc: "Which database the question is about.")
        schema = declare.adds("schema", tags: [.contextSchema], doc: "The schema, one line for each table.")
        database = declare.adds("database", tags: [.facet], doc: "The `db_id` again, to group reports by.")
        databases = DatabaseOption(&declare)
        catalog = Shared(SchemaCatalog(folder: databases.folder))
    }

    mutating func open() throws {
        try databases.check()
    }

    func run(_ row: inout Row) throws {
        let id = row[databaseID]
        do throws(DatabaseProblem) {
            row[schema] = try catalog.value.text(of: id)
            row[database] = id
        } catch {
            throw error.reject(id)
        }
    }
}
