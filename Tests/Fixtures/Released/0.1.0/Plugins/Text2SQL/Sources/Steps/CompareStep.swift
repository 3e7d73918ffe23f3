import PluginKit

/// Judges a statement by the result of the gold query.
struct CompareStep: Step {
    static let id = "compare"
    static let summary = "Compares the result of a statement with that of the gold query."
    static let doc = """
        Both are run in the sandbox of `execute`, so the verdict depends on nothing but the two statements and the \
        database. Rows are compared as a bag, or in order if the gold query orders them. A gold query that fails makes \
        the row undecidable, never the statement wrong.
        """

    private let databaseID: Input<String>
    private let sql: Input<String?>
    private let gold: Input<String?>
    private let verdict: Output<String>
    private let reason: Output<String>
    private let detail: Output<String?>
    private let databases: DatabaseOption
    private let limits: LimitOptions
    private let match: Shared<GoldMatch>

    init(_ declare: inout Declaration) {
        databaseID = declare.reads("db_id", doc: "Which database both are asked of.")
        sql = declare.reads("sql", doc: "The statement to judge; null is wrong, with reason `no_sql`.")
        gold = declare.reads("gold_sql", doc: "The gold query; null is undecidable, with reason `no_gold`.")
        verdict = declare.adds(
            "verdict", tags: [.verdict], options: Verdict.allCases.map(\.rawValue),
            doc: "Whether the statement answers as the gold query does.")
        reason = declare.adds("reason", options: Reason.allCases.map(\.rawValue), doc: "Why.")
        detail = declare.adds("detail", doc: "The first difference, or the error, in a few words.")
        databases = DatabaseOption(&declare)
        limits = LimitOptions(&declare)
        match = Shared(GoldMatch(folder: databases.folder, limits: limits.limits))
    }

    mutating func open() throws {
        try databases.check()
        limits.apply()
    }

    func run(_ row: inout Row) throws {
        let id = row[databaseID]
        do throws(DatabaseProblem) {
            let comparison = try match.value.judge(row[sql], gold: row[gold], database: id)
            row[verdict] = comparison.reason.verdict.rawValue
            row[reason] = comparison.reason.rawValue
            row[detail] = comparison.detail
        } catch {
            throw error.reject(id)
        }
    }
}
