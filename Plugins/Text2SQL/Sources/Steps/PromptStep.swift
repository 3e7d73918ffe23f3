import PluginKit

/// Writes the prompt that asks for SQL.
struct PromptStep: Step {
    static let id = "prompt"
    static let summary = "Writes the messages that ask a model for SQL."
    static let doc = """
        A system message and the question with its schema, and, with `shots`, the solved questions of the same \
        database that are nearest by BM25 over their words, the nearest last. A question is never its own example. \
        With `databases`, the schema is written anew from the database: as DDL, or with sample values. With \
        `max_tokens`, what does not fit is left out, and `left_out` says what.
        """

    private let question: Input<String>
    private let schema: Input<String>
    private let databaseID: OptionalInput<String>
    private let messages: Output<[ChatMessage]>
    private let leftOut: Output<[String]>
    private let writer: PromptWriter
    private let shotsPath: String?
    private let split: ShotLibrary.Split
    private let count: Int
    private let maximumTokens: Int?
    private let folder: String?
    private let form: PromptSchemas.Form
    private let values: Int
    private let schemas: Shared<PromptSchemas>?
    private var library: ShotLibrary?

    init(_ declare: inout Declaration) {
        question = declare.reads("question", doc: "The question.")
        schema = declare.reads("schema", doc: "The schema to answer it from, one table on each line.")
        databaseID = declare.readsOptional(
            "db_id", doc: "Which database it is about; needed with `shots` and `databases`.")
        messages = declare.adds("messages", tags: [.messages], doc: "The prompt.")
        leftOut = declare.adds(
            "left_out", doc: "What `max_tokens` left no room for, such as `2 of 3 examples` or `table orders`.")
        let system = declare.option(
            "system",
            default: "You translate questions into SQL for SQLite. Reply with one SQL statement and nothing else.",
            doc: "The system message.")
        let style = declare.option(
            "style", default: PromptWriter.Style.single.rawValue, choices: PromptWriter.Style.allCases.map(\.rawValue),
            doc:
                "`single`: schema, examples and question in one user message; `turns`: the schema in the system "
                + "message and each example as an earlier exchange.")
        writer = PromptWriter(system: system, style: PromptWriter.Style(rawValue: style) ?? .single)
        shotsPath = declare.optionalResource(
            "shots", doc: "JSONL file of examples: `db_id`, `question` and `gold_sql` on each line.")
        count = declare.option(
            "k", default: 3, in: 0...100, doc: "How many examples to show, at most.")
        let member = declare.option(
            "split_member", default: ShotLibrary.Split.usualMember, since: "1.1.0",
            doc: "The member of `shots` that says to which split a line belongs; all lines have it, or none. "
                + "A member of another name than `split` has to be there.")
        let parts = declare.option(
            "left_out_splits", default: ["test"], since: "1.1.0",
            doc: "Splits whose lines are never shown.")
        split = ShotLibrary.Split(member: member, leftOut: parts)
        maximumTokens = declare.optionalOption(
            "max_tokens", in: 1...Int.max, since: "1.1.0",
            doc:
                "Tokens of the longest prompt, by an estimate: a quarter of its ASCII characters and its other characters, "
                + "and 4 for each message.")
        folder = declare.optionalResource(
            "databases", since: "1.1.0",
            doc: "Folder with `<db_id>/<db_id>.sqlite` or `<db_id>.sqlite`, for `form` and `values`.")
        let form = declare.option(
            "form", default: PromptSchemas.Form.line.rawValue, choices: PromptSchemas.Form.allCases.map(\.rawValue),
            since: "1.1.0", doc: "`line`: the schema as given, a line a table; `ddl`: a CREATE TABLE each.")
        self.form = PromptSchemas.Form(rawValue: form) ?? .line
        values = declare.option(
            "values", default: 0, in: 0...20, since: "1.1.0",
            doc: "How many texts to show of each column, those met most often.")
        let characters = declare.option(
            "value_characters", default: 30, in: 1...1000, since: "1.1.0",
            doc: "Characters of the longest text that is shown of a column.")
        declare.rejects(
            "prompt_too_long", doc: "The prompt is longer than `max_tokens` even without what can be left out.")
        declare.rejects("unknown_database", doc: "There is no database of this `db_id` in the folder.")
        declare.rejects(
            "unreadable_database", doc: "There is a file for this `db_id`, but it is no readable SQLite database.")
        let shownForm = self.form
        let shownValues = values
        schemas = folder.map {
            Shared(PromptSchemas(folder: $0, form: shownForm, values: shownValues, valueCharacters: characters))
        }
        declare.example(
            with: ["system": "Reply with SQL only."],
            input: [["question": "How many cities are there?", "schema": "city(id INTEGER PRIMARY KEY)"]],
            output: [
                [
                    "messages": [
                        ["role": "system", "content": "Reply with SQL only."],
                        [
                            "role": "user",
                            "content":
                                "Schema:\ncity(id INTEGER PRIMARY KEY)\n\nQuestion: How many cities are there?\nSQL:",
                        ],
                    ],
                    "left_out": [],
                ]
            ])
    }

    mutating func open() throws {
        if let folder {
            guard DatabaseFolder(path: folder).exists else {
                throw StepError(
                    .resourceFailed, where: "/databases",
                    "There is no folder \(folder); give the one with the databases.")
            }
        } else if form == .ddl || values > 0 {
            throw StepError(
                .invalidConfig, where: form == .ddl ? "/form" : "/values",
                "Option `\(form == .ddl ? "form" : "values")` needs the databases; give their folder as `databases`.")
        }
        guard let shotsPath else { return }
        do throws(ShotLibrary.Fault) {
            library = try ShotLibrary(path: shotsPath, split: split)
        } catch {
            throw StepError(.resourceFailed, where: "/shots", error.message)
        }
    }

    func run(_ row: inout Row) throws {
        let text = row[question]
        var shots: [Shot] = []
        if let library {
            guard let database = row[databaseID] else {
                throw StepError(
                    .invalidInput, where: "db_id", "With `shots`, the step needs the column `db_id`; bind it.")
            }
            shots = library.shots(for: database, count: count, without: text)
        }
        let tables = try tables(row)
        // What the database would have given is missing then, and that is said.
        let isWanted = form == .ddl || values > 0
        let missing = isWanted && tables == nil ? ["the schema of the database: there is no db_id"] : []
        guard tables != nil || maximumTokens != nil else {
            row[messages] = writer.messages(question: text, schema: row[schema], shots: shots)
            row[leftOut] = missing
            return
        }
        var plan = PromptPlan(
            question: text, shots: shots, tables: tables ?? PromptSchemas.tables(in: row[schema]), values: values)
        if let maximumTokens, !plan.fit(maximumTokens, writer) {
            throw Reject(
                "prompt_too_long",
                "About \(TokenEstimate.tokens(plan.messages(writer))) tokens without all that can be left out, more than "
                    + "\(maximumTokens).")
        }
        row[messages] = plan.messages(writer)
        row[leftOut] = missing + plan.leftOut
    }

    /// The tables written anew, if that is asked for and the row says of which database.
    private func tables(_ row: borrowing Row) throws -> [PromptTable]? {
        guard let schemas, let id = row[databaseID] else { return nil }
        do throws(DatabaseProblem) {
            return try schemas.value.tables(of: id)
        } catch {
            throw error.reject(id)
        }
    }
}
