import Testing

@testable import Text2SQL

/// The parts of an outermost `ORDER BY`.
@Suite struct OrderClauseTests {
    struct Case: CustomTestStringConvertible {
        let sql: String
        let terms: [String]
        var columns: [String] = ["a", "b"]
        var cut: [Int]?
        var testDescription: String { sql }
    }

    static let cases: [Case] = [
        Case(sql: "SELECT a, b FROM t ORDER BY a", terms: ["a"]),
        Case(sql: "SELECT a, b FROM t ORDER BY a DESC, b ASC NULLS LAST;", terms: ["a", "b"]),
        Case(
            sql: "SELECT a, b FROM t WHERE x IN (1, 2) ORDER BY f(a, b) DESC LIMIT 3", terms: ["f(a, b)"], cut: [0, 3]),
        Case(sql: "SELECT a, b ORDER BY 1 LIMIT 3 OFFSET 2", terms: ["1"], cut: [2, 3]),
        Case(sql: "select distinct a, b from t order by a limit 2, 3 -- end", terms: ["a"], cut: [2, 3]),
        Case(sql: "SELECT a, b FROM t ORDER BY a LIMIT 1 + 1", terms: ["a"]),
        Case(sql: "SELECT a, b FROM t ORDER BY a LIMIT -1", terms: ["a"]),
        Case(
            sql:
                "WITH q AS (SELECT 1 ORDER BY 9) SELECT a, b FROM q GROUP BY a ORDER BY count(*), a COLLATE NOCASE DESC",
            terms: ["count(*)", "a COLLATE NOCASE"]),
        Case(sql: "SELECT a, b FROM t UNION SELECT c, d FROM u ORDER BY 2", terms: ["2"]),
        Case(
            sql: "SELECT count(a), CASE WHEN 1 THEN 2 END AS n FROM t ORDER BY n", terms: ["n"],
            columns: ["count(a)", "CASE WHEN 1 THEN 2 END AS n"]),
    ]

    @Test(arguments: cases) func itsPartsAreFound(example: Case) throws {
        let text = Array(example.sql.utf8)
        let clause = try #require(OrderClause(text))
        func words(_ ranges: [Range<Int>]) -> [String] { ranges.map { String(decoding: text[$0], as: UTF8.self) } }
        #expect(words(clause.terms) == example.terms)
        #expect(words(clause.columns) == example.columns)
        #expect(clause.cut.map { [$0.offset, $0.count] } == example.cut)
        #expect(clause.isCompound == example.sql.contains("UNION"))
        #expect(clause.isDistinct == example.sql.contains("distinct"))
    }

    @Test(arguments: [
        "SELECT a FROM t", "SELECT a FROM (SELECT a FROM t ORDER BY a)", "SELECT rank() OVER (ORDER BY a) FROM t",
        "SELECT 'ORDER BY a' FROM t -- ORDER BY a", "",
    ])
    func thereIsNone(sql: String) {
        #expect(OrderClause(Array(sql.utf8))?.end == nil)
    }
}
