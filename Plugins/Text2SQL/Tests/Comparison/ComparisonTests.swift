import Testing

@testable import Text2SQL

/// When two results are the same answer.
@Suite struct ComparisonTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let prediction: String
        let gold: String
        let detail: String?
        var testDescription: String { name }

        init(_ name: String, _ prediction: String, _ gold: String, _ detail: String? = nil) {
            self.name = name
            self.prediction = prediction
            self.gold = gold
            self.detail = detail
        }
    }

    static let matches: [Case] = [
        Case("order is free without ORDER BY", "VALUES (2), (1)", "VALUES (1), (2)"),
        Case("column names are free", "SELECT 1 AS a", "SELECT 1 AS b"),
        Case("an integer equals a real of its value", "SELECT 1.0", "SELECT 1"),
        Case("the last digits of a sum are free", "SELECT 0.1 + 0.2", "SELECT 0.3"),
        Case("NULL equals NULL", "SELECT NULL", "SELECT NULL"),
        Case("infinities are equal", "SELECT 9e999", "SELECT 9e999"),
        Case("blobs are equal", "SELECT x'00'", "SELECT zeroblob(1)"),
        Case("no rows equal no rows", "SELECT 1 WHERE 0", "SELECT 2 WHERE 0"),
        Case("a wider order satisfies", "SELECT id FROM town ORDER BY id", "SELECT id FROM town"),
        Case(
            "the order of a subquery is free", "SELECT id FROM town ORDER BY id DESC",
            "SELECT id FROM (SELECT id FROM town ORDER BY id)"),
        Case(
            "the order of a window is free", "SELECT id, id FROM town ORDER BY id DESC",
            "SELECT id, row_number() OVER (ORDER BY id) FROM town"),
        Case(
            "ties under ORDER BY are a bag", "SELECT name FROM town ORDER BY country, name DESC, id",
            "SELECT name FROM town ORDER BY country, length(country), 1 = 1"),
        Case(
            "ties under an alias", "SELECT 'x', c FROM (SELECT 1 AS c UNION ALL SELECT 1 UNION ALL SELECT 2)",
            "SELECT 'x', c AS n FROM (SELECT 1 AS c UNION ALL SELECT 1 UNION ALL SELECT 2) ORDER BY n"),
        Case(
            "ties under a position in a union",
            "SELECT 2, 'a' UNION SELECT 1, 'c' UNION SELECT 1, 'b' ORDER BY 1, 2 DESC",
            "SELECT 2, 'a' UNION SELECT 1, 'b' UNION SELECT 1, 'c' ORDER BY 1"),
        Case(
            "ties under DISTINCT with an expression that is a column",
            "SELECT country, lower(name) FROM town ORDER BY 1, id DESC",
            "SELECT DISTINCT country, lower(name) FROM town ORDER BY town.country, country"),
        Case(
            "close reals are matched whatever they are sorted by",
            "VALUES (0.3, 'a'), (0.3, 'b'), (0.1 + 0.2, 'c')", "VALUES (0.1 + 0.2, 'a'), (0.3, 'b'), (0.3, 'c')"),
        Case(
            "close reals in two columns are matched one by one",
            "VALUES (0.3, 2), (0.1 + 0.2, 1)", "VALUES (0.3, 1), (0.1 + 0.2, 2)"),
    ]

    static let differences: [Case] = [
        Case("another value", "SELECT 1", "SELECT 2", "no row (2)"),
        Case("another text", "SELECT 'a'", "SELECT 'b'", "no row ('b')"),
        Case("letter case counts", "SELECT 'A'", "SELECT 'a'", "no row ('a')"),
        Case("text is not a number", "SELECT '1'", "SELECT 1", "no row (1)"),
        Case("text is not a blob", "SELECT 'a'", "SELECT x'61'", "no row (a blob of 1 bytes)"),
        Case("NULL is not 0", "SELECT 0", "SELECT NULL", "no row (NULL)"),
        Case("NULL is not an empty text", "SELECT ''", "SELECT NULL", "no row (NULL)"),
        Case("infinities have a sign", "SELECT -9e999", "SELECT 9e999", "no row (inf)"),
        Case("a real that is not close", "SELECT 0.3000001", "SELECT 0.3", "no row (0.3)"),
        Case(
            "nearly equal integers", "SELECT 9007199254740993", "SELECT 9007199254740992", "no row (9007199254740992)"),
        Case("a column too many", "SELECT 1, 2", "SELECT 1", "2 columns instead of 1"),
        Case("a column too few, without rows", "SELECT 1 WHERE 0", "SELECT 1, 2 WHERE 0", "1 column instead of 2"),
        Case("a row too few", "SELECT 1", "VALUES (1), (1)", "1 row instead of 2"),
        Case("how often a row stands counts", "VALUES (1), (2), (2)", "VALUES (1), (1), (2)", "no row (1)"),
        Case("columns in another order", "SELECT 1, 'a'", "SELECT 'a', 1", "no row ('a', 1)"),
        Case(
            "another order where the gold orders", "SELECT id FROM town ORDER BY id DESC",
            "SELECT id FROM town ORDER BY id", "row 1, column 1: 3 instead of 1"),
        Case(
            "another order of rows that do not tie", "SELECT name FROM town ORDER BY country DESC",
            "SELECT name FROM town ORDER BY country", "row 1, column 1: 'Ax' instead of 'Rill'"),
        Case(
            "another order after a union", "SELECT 2 UNION SELECT 1 ORDER BY 1 DESC",
            "SELECT 1 UNION SELECT 2 ORDER BY 1", "row 1, column 1: 2 instead of 1"),
        Case(
            "a long text", "SELECT 0", "SELECT printf('%050d', 1)",
            "no row ('\(String(repeating: "0", count: 40))…')"),
        Case("a wide row", "SELECT 1, 2, 3, 4, 5", "SELECT 1, 2, 3, 4, 6", "no row (1, 2, 3, 4, …)"),
    ]

    private func judge(
        _ prediction: String?, _ gold: String?, _ limits: Limits = Limits(), _ strict: StrictResults = StrictResults()
    ) throws -> Comparison {
        let workspace = try Workspace()
        try workspace.database("towns", Workspace.towns)
        let match = GoldMatch(folder: workspace.folder.path, limits: limits, strict: strict)
        let first = try match.judge(prediction, gold: gold, database: "towns")
        #expect(try match.judge(prediction, gold: gold, database: "towns") == first)
        return first.strict
    }

    @Test(arguments: matches) func theseAreTheSameAnswer(example: Case) throws {
        let comparison = try judge(example.prediction, example.gold)
        #expect(comparison.reason == .match)
        #expect(comparison.detail == nil)
    }

    @Test(arguments: differences) func theseAreDifferentAnswers(example: Case) throws {
        let comparison = try judge(example.prediction, example.gold)
        #expect(comparison.reason == .differ)
        #expect(comparison.detail == example.detail)
    }

    @Test func aPredictionThatFailsIsWrong() throws {
        let comparison = try judge("SELECT nome FROM town", "SELECT 1")
        #expect(comparison.reason == .predictionError)
        #expect(comparison.detail == "no such column: nome")
    }

    @Test func aPredictionThatIsRefusedIsWrong() throws {
        for sql in ["DELETE FROM town", "SELECT 1; SELECT 1", "PRAGMA table_info(town)"] {
            #expect(try judge(sql, "SELECT 1").reason == .predictionRejected)
        }
    }

    @Test func aPredictionBeyondALimitIsWrong() throws {
        var limits = Limits()
        limits.rows = 2
        #expect(try judge("SELECT id FROM town", "SELECT 1", limits).reason == .predictionLimit)
    }

    @Test func noPredictionIsWrong() throws {
        #expect(try judge(nil, "SELECT 1").reason == .noSQL)
    }

    @Test func aGoldThatFailsDecidesNothingWhateverThePrediction() throws {
        for prediction in [nil, "SELECT 1", "SELECT nome FROM town", "SELECT nome FROM city"] {
            let comparison = try judge(prediction, "SELECT nome FROM town")
            #expect(comparison.reason == .goldError)
            #expect(comparison.detail == "no such column: nome")
        }
    }

    @Test func aGoldBeyondALimitDecidesNothing() throws {
        var limits = Limits()
        limits.rows = 2
        #expect(try judge("SELECT 1", "SELECT id FROM town", limits).reason == .goldLimit)
    }

    @Test func noGoldDecidesNothing() throws {
        #expect(try judge("SELECT 1", nil).reason == .noGold)
    }

    @Test(arguments: [
        ("SELECT group_concat(name) FROM town", "SELECT 'x'", "no row ('Rill,Dorn,Ax')"),
        ("SELECT name FROM town LIMIT 2", "SELECT 'Dorn' UNION SELECT 'Ax'", "no row ('Rill')"),
        (
            "SELECT row_number() OVER (), name FROM town", "SELECT id, name || 'x' FROM town",
            "no row (1, 'Rill')"
        ),
    ])
    func aGoldThatDependsOnTheOrderOfScanningDecidesNothingAgainstAPrediction(
        gold: String, prediction: String, change: String
    ) throws {
        let comparison = try judge(prediction, gold)
        #expect(comparison.reason == .goldNondeterministic)
        #expect(comparison.detail == "read backwards, the gold query gives another result: \(change)")
        #expect(try judge(gold, gold).reason == .match)
        #expect(try judge("SELECT 1, 2, 3, 4", gold).reason == .differ)
    }

    @Test func aLimitThatCutsTiesLeavesOpenWhichOfThemIsRight() throws {
        let gold = "SELECT name FROM town ORDER BY country LIMIT 1"
        let comparison = try judge("SELECT 'Dorn'", gold)
        #expect(comparison.reason == .goldNondeterministic)
        #expect(comparison.detail == "2 rows are ordered alike, and LIMIT takes only some of them")
        #expect(try judge("SELECT 'Ax'", gold).reason == .differ)
        #expect(try judge("SELECT 'Rill'", gold).reason == .match)
        let second = "SELECT name FROM town ORDER BY country, flag IS NULL LIMIT 1 OFFSET 1"
        #expect(try judge("SELECT 'Rill'", second).reason == .differ)
        let rows = "SELECT country, name FROM (SELECT *, 1 FROM town UNION ALL SELECT *, 2 FROM town) "
        let two = rows + "ORDER BY country DESC LIMIT 3"
        #expect(try judge("VALUES ('b', 'Ax'), ('b', 'Ax'), ('a', 'Dorn')", two).reason == .goldNondeterministic)
        #expect(try judge("VALUES ('b', 'Ax'), ('a', 'Dorn'), ('a', 'Dorn')", two).reason == .differ)
        #expect(try judge("VALUES ('a', 'Rill')", rows + "ORDER BY id LIMIT 1").reason == .match)
    }

    @Test(arguments: [
        "SELECT size FROM town WHERE name = (SELECT name FROM town ORDER BY country LIMIT 1)",
        "SELECT size FROM (SELECT name, size FROM town ORDER BY country LIMIT 1)",
        "WITH first AS (SELECT name FROM town ORDER BY country LIMIT 1) "
            + "SELECT size FROM town WHERE name IN (SELECT name FROM first ORDER BY name LIMIT 5)",
    ])
    func aLimitInASubqueryThatCutsTiesLeavesTheResultOpen(gold: String) throws {
        let comparison = try judge("SELECT 10.0", gold)
        #expect(comparison.reason == .goldNondeterministic)
        #expect(
            comparison.detail
                == "a subquery orders rows alike, and its LIMIT takes only some of them; with others no row (2.5)")
        #expect(try judge(gold, gold).reason == .match)
        #expect(try judge("SELECT 1, 2", gold).reason == .differ)
    }

    @Test(arguments: [
        "SELECT size FROM town WHERE name = (SELECT name FROM town ORDER BY id LIMIT 1)",
        "SELECT size FROM town WHERE name = (SELECT min(name) FROM town WHERE id < 2 ORDER BY country LIMIT 1)",
        "SELECT size, 'ORDER BY x LIMIT' FROM town WHERE id = (1)",
    ])
    func aSubqueryThatLeavesNothingOpenDecides(gold: String) throws {
        let wrong = gold.contains("'") ? "SELECT 10.0, ''" : "SELECT 10.0"
        #expect(try judge(wrong, gold).reason == .differ)
    }

    @Test func permutedColumnsMatchOnlyIfTheOptionAllowsIt() throws {
        let permuting = StrictResults(permutesColumns: true)
        for (prediction, gold) in [
            ("SELECT name, id FROM town", "SELECT id, name FROM town"),
            ("SELECT name, country, id FROM town ORDER BY id", "SELECT id, name, country FROM town ORDER BY id"),
            ("SELECT name, country FROM town ORDER BY 2, 1", "SELECT country, name FROM town ORDER BY country"),
            ("SELECT 0.1 + 0.2, 1", "SELECT 1, 0.3"),
        ] {
            #expect(try judge(prediction, gold).reason == .differ)
            #expect(try judge(prediction, gold, Limits(), permuting).reason == .match)
        }
        let rows = "VALUES (1, 2), (2, 1), (3, 3)"
        #expect(try judge(rows, "VALUES (1, 2), (2, 3), (3, 1)", Limits(), permuting).reason == .differ)
    }

    @Test func theToleranceIsAnOption() throws {
        #expect(try judge("SELECT 1.001", "SELECT 1.0").reason == .differ)
        #expect(try judge("SELECT 1.001", "SELECT 1.0", Limits(), StrictResults(tolerance: 0.01)).reason == .match)
        #expect(try judge("SELECT 0.1 + 0.2", "SELECT 0.3", Limits(), StrictResults(tolerance: 0)).reason == .differ)
    }

    /// Forty equal-looking columns: n^n arrangements, none of them right.
    @Test func aSearchForColumnsAlwaysEnds() throws {
        let columns = (0..<40).map { "(i + \($0)) % 40" }.joined(separator: ", ")
        let other = (0..<40).map { "(i + \($0 * $0)) % 40" }.joined(separator: ", ")
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39)"
        let gold = "\(numbers) SELECT \(columns) FROM n"
        let permuting = StrictResults(permutesColumns: true)
        let reversed = "\(numbers) SELECT \((0..<40).map { "(i + \(39 - $0)) % 40" }.joined(separator: ", ")) FROM n"
        #expect(try judge(reversed, gold, Limits(), permuting).reason == .match)
        #expect(try judge("\(numbers) SELECT \(other) FROM n", gold, Limits(), permuting).reason == .differ)
    }

    @Test func manyCloseNumbersAreComparedInTime() throws {
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
        let gold = "\(numbers) SELECT i / 7.0, i / 3.0 FROM n"
        #expect(
            try judge("\(numbers) SELECT i * 1.000000000001 / 7, i / 3.0 FROM n ORDER BY -i", gold).reason == .match)
        #expect(try judge("\(numbers) SELECT i / 3.0, i / 7.0 FROM n", gold).reason == .differ)
    }

    @Test(arguments: [
        (Reason.match, Verdict.ok), (.differ, .wrong), (.noSQL, .wrong), (.predictionError, .wrong),
        (.predictionLimit, .wrong), (.predictionRejected, .wrong), (.noGold, .undecidable), (.goldError, .undecidable),
        (.goldLimit, .undecidable), (.goldNondeterministic, .undecidable),
    ])
    func everyReasonHasItsVerdict(reason: Reason, verdict: Verdict) {
        #expect(reason.verdict == verdict)
    }
}
