import PluginKit
import Testing

@testable import Text2SQL

/// What is said of gold queries.
@Suite struct AuditTests {
    private func findings(_ gold: String, _ limits: Limits = Limits()) throws -> [Finding] {
        let workspace = try Workspace()
        let path = try workspace.database(
            "towns",
            Workspace.towns
                + """
                CREATE TABLE part(code TEXT, price TEXT, made TEXT);
                INSERT INTO part VALUES ('a', '9', '2024-01-02'), ('b', '10', '2023-01-02'), ('c', '100', NULL);
                """)
        let backwards = try ReadOnlyDatabase(path: path, isReversed: true)
        return GoldAudit(try ReadOnlyDatabase(path: path), backwards: backwards, limits: limits).findings(gold)
    }

    @Test(arguments: [
        ("SELECT nome FROM town", Finding.Code.fails, "no such column: nome"),
        ("DELETE FROM town", .rejected, "DELETE is not run: only SELECT, VALUES and WITH … SELECT are"),
        ("SELECT 1; SELECT 2", .rejected, "there is more than one statement"),
        ("SELECT name FROM town WHERE id = 9", .empty, "no rows"),
        ("SELECT max(size) FROM town WHERE id = 3", .onlyNull, "the only row: nothing but NULL"),
        ("SELECT flag, NULL FROM town WHERE id > 1", .onlyNull, "all 2 rows: nothing but NULL"),
        ("SELECT count(*), 0.0, NULL FROM town WHERE id > 9", .onlyZero, "the only row: nothing but 0 and NULL"),
        ("SELECT group_concat(name) FROM town", .scanOrder, "read backwards: no row ('Rill,Dorn,Ax')"),
        ("SELECT name FROM town LIMIT 2", .scanOrder, "read backwards: no row ('Rill')"),
        (
            "SELECT name FROM town ORDER BY country LIMIT 1", .cutsTies,
            "2 rows are ordered alike, and LIMIT takes only some of them"
        ),
        (
            "SELECT name FROM town ORDER BY country DESC LIMIT 1, 1", .cutsTies,
            "2 rows are ordered alike, and LIMIT takes only some of them"
        ),
        (
            "SELECT size FROM town WHERE name = (SELECT name FROM town ORDER BY country LIMIT 1)", .cutsTies,
            "a subquery orders rows alike, and its LIMIT takes only some of them; with others no row (2.5)"
        ),
        ("SELECT code FROM part ORDER BY price", .textAsNumber, "ORDER BY term 1 takes '100' for less than '9'"),
        (
            "SELECT code FROM part ORDER BY code IS NULL, price DESC LIMIT 1", .textAsNumber,
            "ORDER BY term 2 takes '100' for less than '9'"
        ),
        (
            "SELECT 'x', max(price) FROM part", .textAsNumber,
            "column 2 picks the text '9', among numbers it would be 100"
        ),
    ])
    func aDoubtfulQueryIsFound(gold: String, code: Finding.Code, evidence: String) throws {
        #expect(try findings(gold).first == Finding(code: code, evidence: evidence))
    }

    @Test(arguments: [
        "SELECT name FROM town ORDER BY id LIMIT 1", "SELECT country FROM town ORDER BY country LIMIT 1",
        "SELECT name FROM town ORDER BY country", "SELECT code FROM part ORDER BY made DESC",
        "SELECT code FROM part ORDER BY CAST(price AS INTEGER)", "SELECT max(code), min(made) FROM part",
        "SELECT 0, 1", "SELECT count(*) FROM town", "SELECT name FROM town WHERE country = 'a'",
        "SELECT country, count(*) FROM town GROUP BY country ORDER BY count(*) DESC LIMIT 1",
        "SELECT name FROM town ORDER BY country LIMIT 2", "SELECT name FROM town ORDER BY country LIMIT 10",
    ])
    func aSoundQueryIsLeftAlone(gold: String) throws {
        #expect(try findings(gold).isEmpty)
    }

    @Test func aQueryBeyondALimitIsFound() throws {
        var limits = Limits()
        limits.rows = 2
        let evidence = "the result has more than 2 rows"
        #expect(try findings("SELECT id FROM town", limits) == [Finding(code: .limit, evidence: evidence)])
    }

    @Test func theStepAddsAllFindingsAndTheFormOfTheQuery() throws {
        let workspace = try Workspace()
        try workspace.database("towns", Workspace.towns)
        let harness = try StepHarness<AuditStep>(options: ["databases": .text(workspace.folder.path)])
        let gold: Value = "SELECT flag  FROM Town -- all\nWHERE name <> 'Rill' LIMIT 1;"
        let results = try harness.run([["db_id": "towns", "gold_sql": gold], ["db_id": "towns", "gold_sql": nil]])
        #expect(
            results == [
                .added([
                    "status": "only_null", "codes": ["only_null"], "evidence": ["the only row: nothing but NULL"],
                    "query": "towns: select flag from town where name < > 'Rill' limit 1",
                ]),
                .added([
                    "status": "missing", "codes": ["missing"], "evidence": ["there is no gold query"], "query": nil,
                ]),
            ])
    }

    @Test(.enabled(if: SharedData.isPresent, SharedData.missing)) func theSampleDataHoldsWhatItsReadmeCounts() throws {
        var pool = DatabasePool(folder: SharedData.databases)
        var counts: [Finding.Code: Int] = [:]
        for task in try SharedData.tasks() {
            let file = try pool.suite(of: task.db_id)[0]
            let audit = GoldAudit(
                try pool.database(in: file), backwards: try pool.database(in: file, isReversed: true), limits: Limits())
            for finding in audit.findings(task.gold_sql) { counts[finding.code, default: 0] += 1 }
        }
        #expect(counts[.onlyNull] == 6)
        #expect(counts[.onlyZero] == 2)
        #expect(counts[.fails] == nil && counts[.empty] == nil && counts[.limit] == nil)
        #expect((40...60).contains(counts[.cutsTies] ?? 0))
    }
}
