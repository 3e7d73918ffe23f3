import Testing

@testable import Text2SQL

/// What tokens tell about a statement.
@Suite struct StatementShapeTests {
    @Test(arguments: [
        "SELECT a FROM t ORDER BY a",
        "select a from t order\n\tby a limit 1",
        "SELECT a FROM t ORDER /* x */ BY a",
        "SELECT 1 UNION SELECT 2 ORDER BY 1",
        "WITH x AS (SELECT 1) SELECT * FROM x ORDER BY 1",
        "SELECT '(' FROM t ORDER BY a",
        "SELECT [a)] FROM t ORDER BY a;",
    ])
    func theOutermostStatementIsOrdered(sql: String) {
        #expect(StatementShape(Array(sql.utf8)).isOrdered)
    }

    @Test(arguments: [
        "SELECT a FROM t",
        "SELECT a FROM (SELECT a FROM t ORDER BY a)",
        "SELECT row_number() OVER (ORDER BY a) FROM t",
        "SELECT 'ORDER BY' FROM t",
        "SELECT a -- ORDER BY a\nFROM t",
        "SELECT \"order by\" FROM t",
        "SELECT a FROM \"order\" GROUP BY a",
        "WITH x AS (SELECT a FROM t ORDER BY a) SELECT * FROM x",
        "SELECT a FROM t; SELECT b FROM u ORDER BY b",
    ])
    func theOutermostStatementIsNotOrdered(sql: String) {
        #expect(!StatementShape(Array(sql.utf8)).isOrdered)
    }

    @Test(arguments: [
        ("SELECT 1", Verb.query), ("values (1)", .query), ("WITH a AS (SELECT 1) SELECT 2", .query),
        ("WITH a AS (SELECT 1) VALUES (1)", .query), ("WITH a AS (DELETE) DELETE FROM t", .other("DELETE")),
        ("WITH RECURSIVE a(x) AS (SELECT 1) REPLACE INTO t SELECT 1", .other("REPLACE")),
        ("drop table t", .other("DROP")),
        ("/* a */ -- b\nPRAGMA x", .other("PRAGMA")),
    ])
    func theVerbIsFound(sql: String, verb: Verb) {
        #expect(StatementShape(Array(sql.utf8)).verb == verb)
    }

    @Test(arguments: ["", " ", ";;", "-- x", "/* x", "; /* SELECT 1 */ ;"])
    func nothingIsEmpty(sql: String) {
        #expect(StatementShape(Array(sql.utf8)).isEmpty)
    }

    @Test(arguments: [
        "SELECT 1;", ";SELECT 1", "SELECT ';'", "SELECT 1 -- ; SELECT 2", "SELECT \";\";;", "SELECT 1; /* 2",
    ])
    func oneStatementIsNotFollowedByMore(sql: String) {
        #expect(!StatementShape(Array(sql.utf8)).isFollowedByMore)
    }

    @Test(arguments: ["SELECT 1; SELECT 2", "SELECT 1;x", "SELECT 'a;'; 'b'", ";SELECT 1;;(", "SELECT 1; '"])
    func moreThanOneStatementIsSeen(sql: String) {
        #expect(StatementShape(Array(sql.utf8)).isFollowedByMore)
    }
}
