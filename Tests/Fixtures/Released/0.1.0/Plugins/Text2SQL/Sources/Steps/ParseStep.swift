import PluginKit

/// Finds the SQL statement in a model's reply.
struct ParseStep: Step {
    static let id = "parse"
    static let summary = "Finds the one SQL statement that a reply means."
    static let doc = """
        Takes fences, JSON members, labels, thinking, HTML escapes and curly quotes away; finds the end of the \
        statement by SQLite's own grammar. A reply that already is one statement stays as it is. What the statement \
        does is not looked at: `execute` refuses what is not a query.
        """

    private let text: Input<String>
    private let status: Output<String>
    private let sql: Output<String?>
    private let parser = ReplyParser()

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The reply.")
        status = declare.adds(
            "status", options: ParsedReply.Status.allCases.map(\.rawValue),
            doc:
                "`ok`; `empty`, `no_sql`, `refused`; `truncated`: it breaks off; `several`: different statements in "
                + "one place.")
        sql = declare.adds("sql", doc: "The statement; with status `several` all of them; else null.")
        declare.example(
            input: [
                ["text": "SQL: SELECT name FROM city;"],
                ["text": "Here it is:\n```sql\nSELECT count(*)\nFROM city\n```\nIt counts the cities."],
                ["text": "<think>Which table?"],
            ],
            output: [
                ["status": "ok", "sql": "SELECT name FROM city;"],
                ["status": "ok", "sql": "SELECT count(*)\nFROM city"],
                ["status": "truncated", "sql": nil],
            ])
    }

    func run(_ row: inout Row) {
        let parsed = parser.parse(Array(row.utf8(text)))
        row[status] = parsed.status.rawValue
        row[sql] = parsed.sql
    }
}
