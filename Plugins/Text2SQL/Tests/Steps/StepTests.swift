import Foundation
import PluginKit
import Testing

@testable import Text2SQL

/// The steps as the host runs them.
@Suite struct StepTests {
    private let workspace: Workspace
    private let options: [String: Value]

    init() throws {
        workspace = try Workspace()
        try workspace.database("towns", Workspace.towns)
        try workspace.file("text.sqlite", "no database, but long enough to be looked at as if it were one, perhaps")
        options = ["databases": .text(workspace.folder.path)]
    }

    // MARK: schema

    @Test func schemaAddsTheSchemaAndTheDatabase() throws {
        let results = try StepHarness<SchemaStep>(options: options).run([["db_id": "towns"]])
        #expect(results[0]["database"] == "towns")
        #expect(
            results[0]["schema"] == """
                country(code TEXT PRIMARY KEY, name TEXT)
                town(id INTEGER PRIMARY KEY, name TEXT, size REAL, country TEXT REFERENCES country(code), flag BLOB)
                """)
    }

    @Test func rowsWithoutAUsableDatabaseAreRejectedAndTheOthersGoOn() throws {
        let ids = ["nowhere", "../towns", "text", "towns"]
        let rejected: [HarnessResult] = [
            .rejected(
                code: "unknown_database",
                detail: "No database `nowhere`: there is neither nowhere/nowhere.sqlite nor nowhere.sqlite."),
            .rejected(code: "unknown_database", detail: "No database `../towns`: the id is not a plain name."),
            .rejected(
                code: "unreadable_database", detail: "Database `text` cannot be read: file is not a database."),
        ]
        let schema = try StepHarness<SchemaStep>(options: options).run(ids.map { ["db_id": .text($0)] })
        #expect(Array(schema[..<3]) == rejected)
        #expect(schema[3]["database"] == "towns")
        let execute = try StepHarness<ExecuteStep>(options: options)
            .run(ids.map { ["db_id": .text($0), "sql": "SELECT 1"] })
        #expect(Array(execute[..<3]) == rejected)
        #expect(execute[3]["status"] == "ok")
        let compare = try StepHarness<CompareStep>(options: options)
            .run(ids.map { ["db_id": .text($0), "sql": "SELECT 1", "gold_sql": "SELECT 1"] })
        #expect(Array(compare[..<3]) == rejected)
        #expect(compare[3]["verdict"] == "ok")
    }

    // MARK: parse

    @Test func parseAddsTheStatementAndTheStatus() throws {
        let results = try StepHarness<ParseStep>().run([["text": "`SELECT 1`"], ["text": ""], ["text": "SELECT"]])
        #expect(
            results == [
                .added(Self.parsed("ok", "SELECT 1")), .added(Self.parsed("empty", nil)),
                .added(Self.parsed("no_sql", nil)),
            ])
    }

    private static func parsed(_ status: Value, _ sql: Value, _ more: [String: Value] = [:]) -> [String: Value] {
        ["status": status, "sql": sql, "prepared": nil, "prepare_error": nil, "tables": nil, "columns": nil]
            .merging(more) { $1 }
    }

    @Test func parseMistrustsWhatTheLimitOfTokensEnded() throws {
        let texts: [Value] = [
            "SELECT a FROM t WHERE b = 1", "SELECT a FROM t;", "```sql\nSELECT a FROM t", "`SELECT 1` is it",
        ]
        func statuses(_ reason: Value) throws -> [Value?] {
            try StepHarness<ParseStep>().run(texts.map { ["text": $0, "finish_reason": reason] }).map { $0["status"] }
        }
        #expect(try statuses("length") == ["truncated", "ok", "truncated", "ok"])
        #expect(try statuses("stop") == ["ok", "ok", "ok", "ok"])
        #expect(try statuses(nil) == ["ok", "ok", "ok", "ok"])
    }

    @Test func parseSaysWhatAStatementUsesOfTheRealSchema() throws {
        let sqls: [Value] = [
            "SELECT t.name, c.name FROM town t JOIN country AS c ON c.code = t.country", "SELECT count(*) FROM town",
            "SELECT nome FROM town", "SELECT a FROM nowhere", "DROP TABLE town", "SELECT nofun(1)",
            "SELECT TOP 3 * FROM town",
            "SELECT name FROM town, country", "No.",
        ]
        let results = try StepHarness<ParseStep>(options: options).run(sqls.map { ["text": $0, "db_id": "towns"] })
        func more(_ status: Value, _ error: Value) -> [String: Value] { ["prepared": status, "prepare_error": error] }
        let expected: [[String: Value]] = [
            [
                "prepared": "ok", "tables": ["country", "town"],
                "columns": ["country.code", "country.name", "town.country", "town.name"],
            ],
            ["prepared": "ok", "tables": ["town"], "columns": []],
            more("unknown_column", "no such column: nome"), more("unknown_table", "no such table: nowhere"),
            more("not_read_only", "not authorized"), more("unknown_function", "no such function: nofun"),
            more("syntax_error", "near \"3\": syntax error"), more("ambiguous", "ambiguous column name: name"),
        ]
        for (index, columns) in expected.enumerated() {
            #expect(results[index] == .added(Self.parsed("ok", sqls[index], columns)))
        }
        #expect(results[8] == .added(Self.parsed("no_sql", nil)))
    }

    @Test func parseNeedsTheDatabaseOnlyWithTheFolder() throws {
        let row: [String: Value] = ["text": "SELECT 1"]
        #expect(
            try StepHarness<ParseStep>(options: options, bound: []).run([row])
                == [.added(Self.parsed("ok", "SELECT 1"))])
        #expect(
            try StepHarness<ParseStep>(options: options).run([["text": "SELECT 1", "db_id": "nowhere"]]) == [
                .rejected(
                    code: "unknown_database",
                    detail: "No database `nowhere`: there is neither nowhere/nowhere.sqlite nor nowhere.sqlite.")
            ])
        #expect(
            throws: StepError(
                .resourceFailed, where: "/databases",
                "There is no folder /no/where; give the one with the databases.")
        ) { try StepHarness<ParseStep>(options: ["databases": "/no/where"]) }
    }

    // MARK: execute

    @Test func executeAddsTheRows() throws {
        let results = try StepHarness<ExecuteStep>(options: options)
            .run([["db_id": "towns", "sql": "SELECT name, size FROM town WHERE size IS NOT NULL"]])
        #expect(results[0]["status"] == "ok")
        #expect(results[0]["error"] == .null)
        #expect(results[0]["row_count"] == 2)
        #expect(results[0]["columns"] == ["name", "size"])
        #expect(results[0]["kinds"] == ["text", "real"])
        #expect(results[0]["result"] == #"[["Rill",2.5],["Dorn",10.0]]"#)
        #expect(results[0]["digest"] != .null)
    }

    @Test func executeSaysWhyThereAreNoRows() throws {
        let results = try StepHarness<ExecuteStep>(options: options)
            .run([["db_id": "towns", "sql": "SELECT nome FROM town"], ["db_id": "towns", "sql": nil]])
        let nothing: [String: Value] = [
            "row_count": nil, "columns": nil, "kinds": nil, "result": nil, "digest": nil,
        ]
        #expect(
            results == [
                .added(nothing.merging(["status": "unknown_column", "error": "no such column: nome"]) { $1 }),
                .added(nothing.merging(["status": "no_sql", "error": nil]) { $1 }),
            ])
    }

    @Test func executeLeavesALongResultOutButNotItsDigest() throws {
        let harness = try StepHarness<ExecuteStep>(options: options.merging(["max_result_bytes": 10]) { $1 })
        let results = try harness.run([["db_id": "towns", "sql": "SELECT name FROM town"]])
        #expect(results[0]["status"] == "ok")
        #expect(results[0]["row_count"] == 3)
        #expect(results[0]["result"] == .null)
        #expect(results[0]["digest"] != .null)
    }

    @Test func executeTakesItsLimitsFromTheOptions() throws {
        let harness = try StepHarness<ExecuteStep>(options: options.merging(["max_rows": 2]) { $1 })
        let results = try harness.run([["db_id": "towns", "sql": "SELECT name FROM town"]])
        #expect(results[0]["status"] == "limit")
        #expect(results[0]["error"] == "the result has more than 2 rows")
    }

    // MARK: compare

    @Test func compareAddsVerdictReasonAndDetail() throws {
        let gold: Value = "SELECT name FROM town WHERE id = 1"
        let rows: [(Value, Value)] = [
            ("SELECT 'Rill'", gold), ("SELECT 'rill'", gold), ("SELECT", gold), (nil, gold), ("SELECT 1", "SELECT x"),
            ("SELECT 1", nil),
        ]
        let results = try StepHarness<CompareStep>(options: options)
            .run(rows.map { ["db_id": "towns", "sql": $0.0, "gold_sql": $0.1] })
        #expect(
            results == [
                judged("ok", "match"), judged("wrong", "differ", "no row ('Rill')"),
                judged("wrong", "pred_error", "incomplete input"), judged("wrong", "no_sql"),
                judged("undecidable", "gold_error", "no such column: x"), judged("undecidable", "no_gold"),
            ])
    }

    /// A row on which all three verdicts agree.
    private func judged(_ verdict: Value, _ reason: Value, _ detail: Value = nil) -> HarnessResult {
        .added([
            "verdict": verdict, "reason": reason, "detail": detail, "strict": reason, "spider_ts": reason,
            "bird_ex": reason,
        ])
    }

    @Test(
        arguments: [
            ("strict", "wrong", "no row (2, 1)"), ("spider_ts", "ok", nil), ("bird_ex", "wrong", "no row (2, 1)"),
        ] as [(String, Value, Value)])
    func theOptionSaysWhoseRulesDecide(rules: String, verdict: Value, detail: Value) throws {
        let harness = try StepHarness<CompareStep>(options: options.merging(["verdict": .text(rules)]) { $1 })
        let result = try harness.run([["db_id": "towns", "sql": "SELECT 1, 2", "gold_sql": "SELECT 2, 1"]])[0]
        #expect(result["verdict"] == verdict)
        #expect(result["detail"] == detail)
        #expect([result["strict"], result["spider_ts"], result["bird_ex"]] == ["differ", "match", "differ"])
    }

    @Test func compareCanTakeColumnsInAnyOrderAndOtherTolerances() throws {
        let more: [String: Value] = ["columns": "permuted", "tolerance": 0.01]
        let harness = try StepHarness<CompareStep>(options: options.merging(more) { $1 })
        let result = try harness.run([["db_id": "towns", "sql": "SELECT 1.001, 2", "gold_sql": "SELECT 2, 1.0"]])[0]
        #expect(result["verdict"] == "ok")
    }

    @Test func executeChecksTheColumnsThatAreExpected() throws {
        let harness = try StepHarness<ExecuteStep>(options: options)
        func run(_ names: Value, _ kinds: Value) throws -> HarnessResult {
            try harness.run([
                [
                    "db_id": "towns", "sql": "SELECT id, name, size, NULL AS gone FROM town", "expected_names": names,
                    "expected_kinds": kinds,
                ]
            ])[0]
        }
        for (names, kinds) in [
            (nil, nil), (["ID", "*", "size", "gone"], nil), (nil, ["integer", "text", "real", "blob"]),
            (nil, ["number", "*", "number", "null"]),
        ] as [(Value, Value)] {
            #expect(try run(names, kinds)["status"] == "ok")
        }
        for (names, kinds, words) in [
            (["id"], nil, "4 columns instead of 1"), (nil, ["text"], "4 columns instead of 1"),
            (["id", "title", "size", "gone"], nil, "column 2 is `name` instead of `title`"),
            (nil, ["integer", "integer", "*", "*"], "column 2 is of kind text instead of integer"),
        ] as [(Value, Value, Value)] {
            let result = try run(names, kinds)
            #expect(result["status"] == "schema_mismatch")
            #expect(result["error"] == words)
            #expect(result["row_count"] == 3)
            #expect(result["kinds"] == ["integer", "text", "real", "null"])
            #expect(result["digest"] == .null)
        }
    }

    // MARK: prompt

    private let question: [String: Value] = ["question": "How many?", "schema": "t(a)", "db_id": "x"]

    private func shots() throws -> [String: Value] {
        try workspace.file(
            "shots.jsonl",
            """
            {"db_id": "x", "question": "How many \\"a\\" are there?", "gold_sql": "SELECT a", "n": [1, {"b": "}"}]}
            {"db_id": "y", "question": "How many y?", "gold_sql": "SELECT y"}
            {"db_id": "x", "question": "how many", "gold_sql": "SELECT count(*)"}

            {"gold_sql": "SELECT b", "db_id": "x", "question": "How many of them, and how many of the others?"}
            {"db_id": "x", "question": "When and where?", "gold_sql": "SELECT c"}
            """)
        return ["shots": .text(workspace.folder.appending(path: "shots.jsonl").path), "k": 2, "system": "S"]
    }

    private func messages(_ options: [String: Value]) throws -> Value? {
        try StepHarness<PromptStep>(options: options).run([question])[0]["messages"]
    }

    @Test func theNearestExamplesOfTheSameDatabaseStandInTheMessageTheNearestLast() throws {
        #expect(
            try messages(shots()) == [
                ["role": "system", "content": "S"],
                [
                    "role": "user",
                    "content": """
                    Schema:
                    t(a)

                    Question: How many "a" are there?
                    SQL: SELECT a

                    Question: How many of them, and how many of the others?
                    SQL: SELECT b

                    Question: How many?
                    SQL:
                    """,
                ],
            ])
    }

    @Test func theNearestExampleAsATurnStandsBeforeTheQuestion() throws {
        #expect(
            try messages(shots().merging(["style": "turns", "k": 1]) { $1 }) == [
                ["role": "system", "content": "S\n\nSchema:\nt(a)"],
                ["role": "user", "content": "How many of them, and how many of the others?"],
                ["role": "assistant", "content": "SELECT b"],
                ["role": "user", "content": "How many?"],
            ])
    }

    @Test func examplesNeedTheDatabase() throws {
        let harness = try StepHarness<PromptStep>(options: try shots(), bound: [])
        #expect(
            throws: StepError(
                .invalidInput, where: "db_id", "With `shots`, the step needs the column `db_id`; bind it.", row: 0)
        ) { try harness.run([["question": "How many?", "schema": "t(a)"]]) }
    }

    @Test func examplesThatCannotBeReadAreToldBeforeTheFirstRow() throws {
        let missing = workspace.folder.appending(path: "none.jsonl").path
        #expect(
            throws: StepError(
                .resourceFailed, where: "/shots", "The examples cannot be opened: No such file or directory.")
        ) { try StepHarness<PromptStep>(options: ["shots": .text(missing)]) }
        try workspace.file(
            "bad.jsonl", "{\"db_id\": \"x\", \"question\": \"?\", \"gold_sql\": \"SELECT 1\"}\n{\"db_id\": 1}\n")
        let bad = workspace.folder.appending(path: "bad.jsonl").path
        #expect(
            throws: StepError(
                .resourceFailed, where: "/shots",
                "Line 2 of the examples is no JSON object with the texts `db_id`, `question` and `gold_sql`.")
        ) { try StepHarness<PromptStep>(options: ["shots": .text(bad)]) }
    }
}
