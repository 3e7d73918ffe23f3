import PluginKit

/// Says what is doubtful about a gold query.
struct AuditStep: Step {
    static let id = "audit"
    static let summary = "Looks for gold queries that one should not judge by."
    static let doc = """
        Runs the gold query in the sandbox of `execute`, once more with the tables read backwards, if it has an ORDER BY with \
        its keys and without its LIMIT, and if a subquery has both with a further key there. A finding is a fact; the graph decides what becomes of the row.
        """

    private let databaseID: Input<String>
    private let gold: Input<String?>
    private let status: Output<String>
    private let codes: Output<[String]>
    private let evidence: Output<[String]>
    private let query: Output<String?>
    private let databases: DatabaseOption
    private let limits: LimitOptions
    private let pool: Shared<DatabasePool>

    init(_ declare: inout Declaration) {
        databaseID = declare.reads("db_id", doc: "Which database the query is asked of.")
        gold = declare.reads("gold_sql", doc: "The gold query; null is status `missing`.")
        let all = Finding.Code.allCases.map(\.rawValue)
        status = declare.adds("status", options: ["ok"] + all, doc: "`ok`, or the gravest finding.")
        codes = declare.adds("codes", doc: "All findings, the gravest first.")
        evidence = declare.adds("evidence", doc: "What was seen, for each of `codes`.")
        query = declare.adds(
            "query", tags: [.contaminationKey],
            doc: "`db_id` and the query without comments, in one form of white space and letters: what no two splits "
                + "should share.")
        databases = DatabaseOption(&declare)
        limits = LimitOptions(&declare)
        pool = Shared(DatabasePool(folder: databases.folder))
    }

    mutating func open() throws {
        try databases.check()
        limits.apply()
    }

    func run(_ row: inout Row) throws {
        let id = row[databaseID]
        let findings: [Finding]
        do throws(DatabaseProblem) {
            findings = try self.findings(row[gold], id)
        } catch {
            throw error.reject(id)
        }
        row[status] = findings.first?.code.rawValue ?? "ok"
        row[codes] = findings.map(\.code.rawValue)
        row[evidence] = findings.map(\.evidence)
        row[query] = row[gold].map { "\(id): \(QueryText.form(Statement($0)))" }
    }

    private func findings(_ gold: String?, _ id: String) throws(DatabaseProblem) -> [Finding] {
        let file = try pool.value.suite(of: id)[0]
        let forwards = try pool.value.database(in: file)
        guard let gold else { return [Finding(code: .missing, evidence: "there is no gold query")] }
        let backwards = try pool.value.database(in: file, isReversed: true)
        return GoldAudit(forwards, backwards: backwards, limits: limits.limits).findings(gold)
    }
}
