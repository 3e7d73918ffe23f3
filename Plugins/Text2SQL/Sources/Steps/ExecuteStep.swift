import PluginKit

/// Runs a statement in the sandbox.
struct ExecuteStep: Step {
    static let id = "execute"
    static let summary = "Runs a statement on the row's database, read-only and within limits."
    static let doc = """
        The file is opened read-only and immutable, an authorizer lets only reading through, there is exactly one \
        statement, and limits are counted in units that are the same on every machine. A failure is a status, not a \
        lost row. Bind `expected_names` or `expected_kinds` to have the columns of the result checked, too.
        """

    private let databaseID: Input<String>
    private let sql: Input<String?>
    private let expectedNames: OptionalInput<[String]>
    private let expectedKinds: OptionalInput<[String]>
    private let status: Output<String>
    private let error: Output<String?>
    private let rowCount: Output<Int64?>
    private let columns: Output<[String]?>
    private let kinds: Output<[String]?>
    private let result: Output<String?>
    private let digest: Output<String?>
    private let databases: DatabaseOption
    private let limits: LimitOptions
    private let resultBytes: Int
    private let pool: Shared<DatabasePool>

    init(_ declare: inout Declaration) {
        databaseID = declare.reads("db_id", doc: "Which database to ask.")
        sql = declare.reads("sql", doc: "The statement; null is status `no_sql`.")
        expectedNames = declare.readsOptional(
            "expected_names",
            doc: "Names that the result's columns should have, in any case of ASCII letters; `*` is any name.")
        expectedKinds = declare.readsOptional(
            "expected_kinds",
            doc:
                "What the result's columns should hold: words as in `kinds`; `number` takes integers and reals, too, `*` "
                + "anything.")
        status = declare.adds(
            "status", options: ExecutionStatus.allCases.map(\.rawValue), doc: "`ok`, or why there are no rows.")
        error = declare.adds("error", doc: "What went wrong, in SQLite's words where they are its own.")
        rowCount = declare.adds("row_count", minimum: 0, doc: "Number of rows.")
        columns = declare.adds("columns", doc: "Names of the columns.")
        kinds = declare.adds(
            "kinds",
            doc: "What each column holds, NULLs aside: `integer`, `real`, `number`, `text`, `blob`, `mixed`, "
                + "`null` if nothing.")
        result = declare.adds(
            "result", doc: "The rows as canonical JSON; null if they are longer than `max_result_bytes`.")
        digest = declare.adds(
            "digest", tags: [.resultDigest], pattern: "^[0-9a-f]{64}$",
            doc: "The same for results with the same rows, whatever their order.")
        databases = DatabaseOption(&declare)
        limits = LimitOptions(&declare)
        resultBytes = declare.option(
            "max_result_bytes", default: 1 << 16, in: 0...1 << 24, doc: "Longest `result`, in bytes.")
        pool = Shared(DatabasePool(folder: databases.folder))
    }

    mutating func open() throws {
        try databases.check()
        limits.apply()
    }

    func run(_ row: inout Row) throws {
        let id = row[databaseID]
        let database: ReadOnlyDatabase
        do throws(DatabaseProblem) {
            database = try pool.value.database(id)
        } catch {
            throw error.reject(id)
        }
        guard let statement = row[sql] else {
            row[status] = ExecutionStatus.noSQL.rawValue
            return
        }
        let execution = database.execute(statement, limits: limits.limits)
        row[status] = execution.status.rawValue
        row[error] = execution.error
        guard let table = execution.table else { return }
        let schema = ResultSchema(table)
        row[rowCount] = Int64(table.rowCount)
        row[columns] = table.columns
        row[kinds] = schema.kinds.map(\.rawValue)
        if let mismatch = schema.mismatch(names: row[expectedNames], kinds: row[expectedKinds]) {
            row[status] = ExecutionStatus.schemaMismatch.rawValue
            row[error] = mismatch
            return
        }
        row[result] = table.json(limit: resultBytes)
        row[digest] = table.digest()
    }
}
