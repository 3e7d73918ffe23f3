import PluginKit

/// Judges a statement by the result of the gold query.
struct CompareStep: Step {
    static let id = "compare"
    static let summary = "Compares the result of a statement with that of the gold query."
    static let doc = """
        Both are run in the sandbox of `execute`, so the verdicts depend on nothing but the two statements and the \
        database. `strict` compares rows as a bag, or in order if the gold query orders them; `spider_ts` and `bird_ex` \
        say what the official evaluators of Spider and BIRD would. A gold query that fails makes the row undecidable, \
        never the statement wrong. If a database has several files, a verdict has to hold in all of them.
        """

    private let databaseID: Input<String>
    private let sql: Input<String?>
    private let gold: Input<String?>
    private let verdict: Output<String>
    private let reason: Output<String>
    private let detail: Output<String?>
    private let strict: Output<String>
    private let spider: Output<String>
    private let bird: Output<String>
    private let rules: Judgement.Rules
    private let databases: DatabaseOption
    private let limits: LimitOptions
    private let match: Shared<GoldMatch>

    init(_ declare: inout Declaration) {
        databaseID = declare.reads("db_id", doc: "Which database both are asked of.")
        sql = declare.reads("sql", doc: "The statement to judge; null is wrong, with reason `no_sql`.")
        gold = declare.reads("gold_sql", doc: "The gold query; null is undecidable, with reason `no_gold`.")
        verdict = declare.adds(
            "verdict", tags: [.verdict], options: Verdict.allCases.map(\.rawValue),
            doc: "Whether the statement answers as the gold query does, by the rules of the option `verdict`.")
        let reasons = Reason.allCases.map(\.rawValue)
        reason = declare.adds("reason", options: reasons, doc: "Why.")
        detail = declare.adds("detail", doc: "The first difference, or the error, in a few words.")
        strict = declare.adds("strict", options: reasons, doc: "The reason by the strict rules.")
        spider = declare.adds(
            "spider_ts", options: reasons, doc: "The reason by the rules of Spider's test-suite evaluation.")
        bird = declare.adds(
            "bird_ex", options: reasons, doc: "The reason by the rules of BIRD's execution accuracy.")
        let chosen = declare.option(
            "verdict", default: Judgement.Rules.strict.rawValue, choices: Judgement.Rules.allCases.map(\.rawValue),
            doc: "Whose rules decide `verdict`, `reason` and `detail`.")
        rules = Judgement.Rules(rawValue: chosen) ?? .strict
        let columns = declare.option(
            "columns", default: "in_order", choices: ["in_order", "permuted"],
            doc: "Whether the strict rules take the columns in the gold query's order only, or in any.")
        let tolerance = declare.option(
            "tolerance", default: 1e-9, in: 0...0.01,
            doc: "Largest relative difference between a real and an equal number, by the strict rules.")
        databases = DatabaseOption(&declare)
        limits = LimitOptions(&declare)
        let strictRules = StrictResults(permutesColumns: columns == "permuted", tolerance: tolerance)
        match = Shared(GoldMatch(folder: databases.folder, limits: limits.limits, strict: strictRules))
    }

    mutating func open() throws {
        try databases.check()
        limits.apply()
    }

    func run(_ row: inout Row) throws {
        let id = row[databaseID]
        do throws(DatabaseProblem) {
            let judgement = try match.value.judge(row[sql], gold: row[gold], database: id)
            row[verdict] = judgement[rules].reason.verdict.rawValue
            row[reason] = judgement[rules].reason.rawValue
            row[detail] = judgement[rules].detail
            row[strict] = judgement.strict.reason.rawValue
            row[spider] = judgement.spider.reason.rawValue
            row[bird] = judgement.bird.reason.rawValue
        } catch {
            throw error.reject(id)
        }
    }
}
