import PluginKit

/// Finds the SQL statement in a model's reply.
struct ParseStep: Step {
    static let id = "parse"
    static let summary = "Finds the one SQL statement that a reply means."
    static let doc = """
        Takes fences, JSON members, labels, thinking, HTML escapes and curly quotes away; finds the end of the \
        statement by SQLite's own grammar. A reply that already is one statement stays as it is. What the statement \
        does is not looked at: `execute` refuses what is not a query. With `databases`, SQLite compiles the statement on \
        the real schema, without running it, and says which tables and columns it uses.

        Of several statements this one is taken: the one that somebody decides for ("Use option B.", "I'd go with the JOIN \
        version.", and where none is stated as the answer also `**recommended**` in a row of a table and the like); else the last that is stated as the answer ("Wait, that is \
        wrong. Corrected: …", "Final query: …", "Step 3: …", or a statement built on an earlier one); else the first. What is \
        introduced as an alternative, a check or another dialect, parts of the answer that are explained, and SQL within \
        commands and programs are passed over.
        """

    private let text: Input<String>
    private let finishReason: OptionalInput<String>
    private let databaseID: OptionalInput<String>
    private let status: Output<String>
    private let sql: Output<String?>
    private let prepared: Output<String?>
    private let prepareError: Output<String?>
    private let tables: Output<[String]?>
    private let columns: Output<[String]?>
    private let folder: String?
    private let inspectors: Shared<InspectorPool>?
    private let parser = ReplyParser()

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The reply.")
        finishReason = declare.readsOptional(
            "finish_reason",
            doc: "Why the reply ended: with `length`, a statement without an end of its own is `truncated`.")
        databaseID = declare.readsOptional("db_id", doc: "Which database it is about; needed with `databases`.")
        status = declare.adds(
            "status", options: ParsedReply.Status.allCases.map(\.rawValue),
            doc:
                "`ok`; `empty`, `no_sql`, `refused`; `truncated`: it breaks off; `several`: different statements in "
                + "one place.")
        sql = declare.adds("sql", doc: "The statement; with status `several` all of them; else null.")
        prepared = declare.adds(
            "prepared", options: SchemaUse.Status.allCases.map(\.rawValue),
            doc: "What SQLite's compiler says about the statement; null without `databases`, `db_id` or a statement.")
        prepareError = declare.adds("prepare_error", doc: "Why it does not compile, in SQLite's words.")
        tables = declare.adds("tables", doc: "The tables and views that the statement reads; null unless it compiles.")
        columns = declare.adds(
            "columns", doc: "The columns that it reads, `table.column`; null unless it compiles.")
        folder = declare.optionalResource(
            "databases", since: "1.1.0",
            doc: "Folder with `<db_id>/<db_id>.sqlite` or `<db_id>.sqlite`, to compile the statements on.")
        inspectors = folder.map { Shared(InspectorPool(folder: $0)) }
        declare.rejects("unknown_database", doc: "There is no database of this `db_id` in the folder.")
        declare.rejects(
            "unreadable_database", doc: "There is a file for this `db_id`, but it is no readable SQLite database.")
        declare.example(
            input: [
                ["text": "SQL: SELECT name FROM city;"],
                ["text": "Here it is:\n```sql\nSELECT count(*)\nFROM city\n```\nIt counts the cities."],
                ["text": "<think>Which table?"],
            ],
            output: [
                Self.exampleRow("ok", "SELECT name FROM city;"),
                Self.exampleRow("ok", "SELECT count(*)\nFROM city"),
                Self.exampleRow("truncated", nil),
            ])
    }

    private static func exampleRow(_ status: Value, _ sql: Value) -> [String: Value] {
        ["status": status, "sql": sql, "prepared": nil, "prepare_error": nil, "tables": nil, "columns": nil]
    }

    mutating func open() throws {
        guard let folder, !DatabaseFolder(path: folder).exists else { return }
        throw StepError(
            .resourceFailed, where: "/databases", "There is no folder \(folder); give the one with the databases.")
    }

    func run(_ row: inout Row) throws {
        let parsed = parser.parse(Array(row.utf8(text)), isCut: isCut(row))
        row[status] = parsed.status.rawValue
        row[sql] = parsed.sql
        guard let inspectors, parsed.status == .ok, let sql = parsed.sql, let id = row[databaseID] else { return }
        do throws(DatabaseProblem) {
            let use = try inspectors.value.inspector(id).inspect(sql)
            row[prepared] = use.status.rawValue
            row[prepareError] = use.error
            guard use.status == .ok else { return }
            row[tables] = use.tables
            row[columns] = use.columns
        } catch {
            throw error.reject(id)
        }
    }

    private func isCut(_ row: borrowing Row) -> Bool {
        guard let reason = row.utf8(finishReason) else { return false }
        return reason.elementsEqual("length".utf8)
    }
}
