import PluginKit

/// Writes the prompt that asks for SQL.
struct PromptStep: Step {
    static let id = "prompt"
    static let summary = "Writes the messages that ask a model for SQL."
    static let doc = """
        A system message and the question with its schema, and, with `shots`, the solved questions of the same \
        database that are nearest by BM25 over their words, the nearest last. A question is never its own example.
        """

    private let question: Input<String>
    private let schema: Input<String>
    private let databaseID: OptionalInput<String>
    private let messages: Output<[ChatMessage]>
    private let writer: PromptWriter
    private let shotsPath: String?
    private let count: Int
    private var library: ShotLibrary?

    init(_ declare: inout Declaration) {
        question = declare.reads("question", doc: "The question.")
        schema = declare.reads("schema", doc: "The schema to answer it from.")
        databaseID = declare.readsOptional("db_id", doc: "Which database it is about; needed with `shots`.")
        messages = declare.adds("messages", tags: [.messages], doc: "The prompt.")
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
                    ]
                ]
            ])
    }

    mutating func open() throws {
        guard let shotsPath else { return }
        do throws(ShotLibrary.Fault) {
            library = try ShotLibrary(path: shotsPath)
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
        row[messages] = writer.messages(question: text, schema: row[schema], shots: shots)
    }
}
