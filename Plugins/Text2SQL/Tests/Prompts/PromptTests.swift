import Foundation
import PluginKit
import Testing

@testable import Text2SQL

/// What stands in a prompt: schema, sample values, examples, and what a budget leaves out.
@Suite struct PromptTests {
    private let workspace: Workspace
    private let databases: Value

    init() throws {
        workspace = try Workspace()
        try workspace.database(
            "shop",
            """
            CREATE TABLE customer(id INTEGER PRIMARY KEY, "full name" VARCHAR ( 40 ), city TEXT);
            CREATE TABLE orders(
                customer INTEGER REFERENCES customer(id), day TEXT, note TEXT, PRIMARY KEY(customer, day));
            CREATE TABLE warehouse(code TEXT, size REAL);
            INSERT INTO customer VALUES (1, 'Ann O''Hara', 'Rome'), (2, 'Bo', 'Oslo'), (3, 'Cy', 'Oslo'), (4, 'Di', 'Bern'),
                (5, 'Ed', ''), (6, 'Flo', NULL), (7, 'Gus', 'a name that is far too long to be shown to any model');
            INSERT INTO orders VALUES (1, '2024-01-01', 'a' || char(10) || 'b'), (2, '2024-01-01', 'ok');
            INSERT INTO warehouse VALUES ('w1', 2.5), ('w2', 3);
            """)
        databases = .text(workspace.folder.path)
    }

    private func run(
        _ options: [String: Value], question: Value = "Which customers live in Oslo?", schema: Value = "given(x)"
    ) throws -> HarnessResult {
        try StepHarness<PromptStep>(options: ["system": "S"].merging(options) { $1 })
            .run([["question": question, "schema": schema, "db_id": "shop"]])[0]
    }

    private func prompt(_ result: HarnessResult) -> String {
        guard case .list(let messages)? = result["messages"] else { return "" }
        return messages.map { message in
            guard case .object(let members) = message, case .text(let content)? = members["content"] else { return "" }
            return content
        }.joined(separator: "\n")
    }

    // MARK: Schema

    @Test func theSchemaCanBeWrittenAsDDLWithForeignKeysAndTheTextsMetMostOften() throws {
        let result = try run(["databases": databases, "form": "ddl", "values": 2])
        #expect(
            prompt(result) == """
                S
                Schema:
                CREATE TABLE customer (
                  id INTEGER PRIMARY KEY,
                  "full name" VARCHAR(40),
                  city TEXT
                );
                -- customer.full name: 'Ann O''Hara', 'Bo'
                -- customer.city: 'Oslo', 'Bern'
                CREATE TABLE orders (
                  customer INTEGER,
                  day TEXT,
                  note TEXT,
                  PRIMARY KEY (customer, day),
                  FOREIGN KEY (customer) REFERENCES customer(id)
                );
                -- orders.day: '2024-01-01'
                -- orders.note: 'ok'
                CREATE TABLE warehouse (
                  code TEXT,
                  size REAL
                );
                -- warehouse.code: 'w1', 'w2'

                Question: Which customers live in Oslo?
                SQL:
                """)
        #expect(result["left_out"] == [])
    }

    /// SQLite itself reads the DDL that the prompt shows.
    @Test(.enabled(if: SharedData.isPresent, SharedData.missing))
    func theDDLOfRealDatabasesIsDDL() throws {
        var schemas = PromptSchemas(folder: SharedData.databases, form: .ddl, values: 3, valueCharacters: 30)
        for id in Set(try SharedData.tasks().map(\.db_id)) {
            let ddl = try schemas.tables(of: id).map { $0.text(values: 3) }.joined(separator: "\n")
            #expect(Workspace.accepts(ddl), "\(id): \(ddl)")
        }
    }

    @Test func aLineATableWithValues() throws {
        let text = prompt(try run(["databases": databases, "values": 1, "value_characters": 2]))
        #expect(text.contains("\nwarehouse(code TEXT, size REAL)\n-- warehouse.code: 'w1'\n"))
        #expect(!text.contains("Oslo'"))
    }

    @Test func whatNeedsTheDatabasesSaysSo() throws {
        for (option, value) in [("form", "ddl"), ("values", 2)] as [(String, Value)] {
            #expect(
                throws: StepError(
                    .invalidConfig, where: "/\(option)",
                    "Option `\(option)` needs the databases; give their folder as `databases`.")
            ) { try run([option: value]) }
        }
        #expect(
            throws: StepError(
                .resourceFailed, where: "/databases", "There is no folder /no/where; give the one with the databases.")
        ) { try run(["databases": "/no/where"]) }
    }

    @Test func withoutADatabaseTheGivenSchemaIsShownAndThatIsSaid() throws {
        let result = try StepHarness<PromptStep>(options: ["databases": databases, "values": 1, "system": "S"])
            .run([["question": "q", "schema": "given(x)", "db_id": nil]])[0]
        #expect(prompt(result).contains("Schema:\ngiven(x)\n"))
        #expect(result["left_out"] == ["the schema of the database: there is no db_id"])
    }

    // MARK: Examples

    private func shots(_ lines: [String]) throws -> Value {
        try workspace.file("shots.jsonl", lines.joined(separator: "\n"))
        return .text(workspace.folder.appending(path: "shots.jsonl").path)
    }

    private static func shot(_ question: String, _ sql: String, _ more: String = "") -> String {
        "{\"db_id\": \"shop\", \"question\": \"\(question)\", \"gold_sql\": \"\(sql)\"\(more)}"
    }

    @Test func aQuestionIsNeverItsOwnExampleHoweverItIsWritten() throws {
        let file = try shots([
            Self.shot("which CUSTOMERS live  in Öslo ?!", "SELECT 1"),
            Self.shot("Ｗｈｉｃｈ customers live in O\u{308}slo", "SELECT 2"),
            Self.shot("Which\u{200B} customers live in \u{201C}öslo\u{201D}", "SELECT 3"),
            Self.shot("Which customers live in Rome?", "SELECT 4"),
        ])
        let text = prompt(try run(["shots": file, "k": 4], question: "Which customers live in Öslo?"))
        #expect(text.contains("SELECT 4"))
        for other in 1...3 { #expect(!text.contains("SELECT \(other)")) }
    }

    @Test func linesOfTheTestSplitAreNeverShown() throws {
        let file = try shots([
            Self.shot("Which customers live in Rome?", "SELECT 1", ", \"split\": \"test\""),
            Self.shot("Which customers live in Bern?", "SELECT 2", ", \"split\": \"train\""),
            Self.shot("Which customers live in Bonn?", "SELECT 3", ", \"split\": \"dev\""),
        ])
        let ordinary = prompt(try run(["shots": file]))
        #expect(!ordinary.contains("SELECT 1") && ordinary.contains("SELECT 2") && ordinary.contains("SELECT 3"))
        let narrow = prompt(try run(["shots": file, "left_out_splits": ["test", "dev"]]))
        #expect(!narrow.contains("SELECT 1") && narrow.contains("SELECT 2") && !narrow.contains("SELECT 3"))
    }

    /// A name spelled wrong would let the questions of the test in.
    @Test func aMemberThatIsNamedHasToBeThere() throws {
        let file = try shots([
            Self.shot("a", "SELECT 1", ", \"part\": \"test\""), Self.shot("b", "SELECT 2", ", \"part\": \"dev\""),
        ])
        #expect(!prompt(try run(["shots": file, "split_member": "part"])).contains("SELECT 1"))
        #expect(
            throws: StepError(
                .resourceFailed, where: "/shots",
                "No line of the examples has a text `prat`; name in `split_member` the one that says to which split they "
                    + "belong.")
        ) { try run(["shots": file, "split_member": "prat"]) }
    }

    @Test func eitherAllLinesSayTheirSplitOrNone() throws {
        let file = try shots([Self.shot("a", "SELECT 1", ", \"split\": \"train\""), Self.shot("b", "SELECT 2")])
        #expect(
            throws: StepError(
                .resourceFailed, where: "/shots",
                "Line 2 of the examples has no text `split`, other than the lines before it; say of all to which split they "
                    + "belong, or of none.")
        ) { try run(["shots": file]) }
        let reversed = try shots([Self.shot("b", "SELECT 2"), Self.shot("a", "SELECT 1", ", \"split\": \"train\"")])
        #expect(
            throws: StepError(
                .resourceFailed, where: "/shots",
                "Line 2 of the examples has a text `split`, other than the lines before it; say of all to which split they "
                    + "belong, or of none.")
        ) { try run(["shots": reversed]) }
    }

    // MARK: Budget

    @Test func tokensAreEstimatedByCharacters() {
        #expect(TokenEstimate.tokens("") == 0)
        #expect(TokenEstimate.tokens("SELECT") == 2)
        #expect(TokenEstimate.tokens("größe 日本") == 1 + 4)
        #expect(TokenEstimate.tokens([.system("1234"), .user("12345")]) == 1 + 4 + 2 + 4)
    }

    @Test func aBudgetLeavesOutExamplesThenValuesThenTablesAndSaysWhat() throws {
        let file = try shots([
            Self.shot("Which customers live in Rome?", "SELECT 1"),
            Self.shot("Which customers live in Bern?", "SELECT 2"),
        ])
        var options: [String: Value] = ["databases": databases, "values": 2, "shots": file]
        let all = try run(options)
        var tokens = try #require(messages(all).map(TokenEstimate.tokens))
        var seen: [Value] = []
        while true {
            options["max_tokens"] = .integer(Int64(tokens))
            let result = try run(options)
            guard let list = messages(result), let leftOut = result["left_out"] else {
                seen.append(.text("\(result)".contains("prompt_too_long") ? "too long" : "\(result)"))
                break
            }
            #expect(TokenEstimate.tokens(list) <= tokens)
            if seen.last != leftOut { seen.append(leftOut) }
            tokens -= 1
        }
        #expect(
            seen == [
                [], ["1 of 2 examples"], ["2 of 2 examples"], ["2 of 2 examples", "1 of 2 sample values a column"],
                ["2 of 2 examples", "2 of 2 sample values a column"],
                ["2 of 2 examples", "2 of 2 sample values a column", "table warehouse"], "too long",
            ])
    }

    @Test func aGivenSchemaIsCutByLines() throws {
        let schema: Value = "customer(id)\norders(customer, day)\nwarehouse(code)"
        let full = try #require(messages(try run([:], schema: schema)))
        let result = try run(["max_tokens": .integer(Int64(TokenEstimate.tokens(full) - 2))], schema: schema)
        #expect(result["left_out"] == ["table warehouse"])
        #expect(prompt(result).contains("Schema:\ncustomer(id)\norders(customer, day)\n\n"))
        #expect(
            try run(["max_tokens": 10], schema: schema)
                == .rejected(
                    code: "prompt_too_long",
                    detail: "About 31 tokens without all that can be left out, more than 10."))
    }

    private func messages(_ result: HarnessResult) -> [ChatMessage]? {
        guard case .list(let messages)? = result["messages"] else { return nil }
        return messages.compactMap { message in
            guard case .object(let members) = message, case .text(let role)? = members["role"],
                case .text(let content)? = members["content"]
            else { return nil }
            return ChatMessage(role: role, content: content)
        }
    }
}
