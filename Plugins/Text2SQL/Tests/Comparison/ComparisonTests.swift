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
            "another order after a union", "SELECT 2 UNION SELECT 1 ORDER BY 1 DESC",
            "SELECT 1 UNION SELECT 2 ORDER BY 1", "row 1, column 1: 2 instead of 1"),
        Case(
            "a long text", "SELECT 0", "SELECT printf('%050d', 1)",
            "no row ('\(String(repeating: "0", count: 40))…')"),
        Case("a wide row", "SELECT 1, 2, 3, 4, 5", "SELECT 1, 2, 3, 4, 6", "no row (1, 2, 3, 4, …)"),
    ]

    private func judge(_ prediction: String?, _ gold: String?, _ limits: Limits = Limits()) throws -> Comparison {
        let workspace = try Workspace()
        try workspace.database("towns", Workspace.towns)
        var match = GoldMatch(folder: workspace.folder.path, limits: limits)
        let first = try match.judge(prediction, gold: gold, database: "towns")
        let again = try match.judge(prediction, gold: gold, database: "towns")
        #expect(first.reason == again.reason && first.detail == again.detail)
        return first
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
        #expect(try judge("DELETE FROM town", "SELECT 1").reason == .predictionError)
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
        (Reason.match, Verdict.ok), (.differ, .wrong), (.noSQL, .wrong), (.predictionError, .wrong),
        (.predictionLimit, .wrong), (.noGold, .undecidable), (.goldError, .undecidable), (.goldLimit, .undecidable),
    ])
    func everyReasonHasItsVerdict(reason: Reason, verdict: Verdict) {
        #expect(reason.verdict == verdict)
    }
}
