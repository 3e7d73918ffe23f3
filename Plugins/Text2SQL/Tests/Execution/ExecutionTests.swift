import Blocking
import CSQLite
import Foundation
import Testing

@testable import Text2SQL

/// What statements give, and what is said when they give nothing.
@Suite(.blocking) struct ExecutionTests {
    private func run(_ sql: String, _ limits: Limits = Limits()) throws -> Execution {
        let workspace = try Workspace()
        let path = try workspace.database("towns", Workspace.towns)
        return try ReadOnlyDatabase(path: path).execute(sql, limits: limits)
    }

    struct Failure: CustomTestStringConvertible {
        let sql: String
        let status: ExecutionStatus
        let error: String
        var testDescription: String { sql }
    }

    static let failures: [Failure] = [
        Failure(sql: "SELECT nome FROM town", status: .unknownColumn, error: "no such column: nome"),
        Failure(sql: "SELECT t.nome FROM town t", status: .unknownColumn, error: "no such column: t.nome"),
        Failure(sql: "SELECT name FROM city", status: .unknownTable, error: "no such table: city"),
        Failure(sql: "SELECT concat(name) FROM town", status: .unknownFunction, error: "no such function: concat"),
        Failure(
            sql: "SELECT name FROM town JOIN country ON country = code", status: .ambiguous,
            error: "ambiguous column name: name"),
        Failure(sql: "SELECT FROM town", status: .syntaxError, error: "near \"FROM\": syntax error"),
        Failure(sql: "SELECT name FROM", status: .syntaxError, error: "incomplete input"),
        Failure(sql: "SELECT 'x", status: .syntaxError, error: "unrecognized token: \"'x\""),
        Failure(sql: "hello there", status: .syntaxError, error: "near \"hello\": syntax error"),
        Failure(sql: " ; -- nothing", status: .syntaxError, error: "there is no statement"),
        Failure(sql: "SELECT 1\u{0}", status: .syntaxError, error: "the statement contains a NUL byte"),
        Failure(sql: "SELECT 1; SELECT 2", status: .severalStatements, error: "there is more than one statement"),
        Failure(
            sql: "DROP TABLE town", status: .notReadOnly,
            error: "DROP is not run: only SELECT, VALUES and WITH … SELECT are"),
        Failure(
            sql: "SELECT load_extension('x')", status: .notReadOnly,
            error: "not authorized to use function: load_extension"),
        Failure(sql: "SELECT max(sum(size)) FROM town", status: .error, error: "misuse of aggregate function sum()"),
        Failure(
            sql: "SELECT name FROM town WHERE id = ?", status: .error,
            error: "the statement has parameters, which nobody fills in"),
        Failure(sql: "SELECT abs(-9223372036854775807 - 1)", status: .error, error: "integer overflow"),
        Failure(sql: "SELECT json('{')", status: .error, error: "malformed JSON"),
    ]

    @Test(arguments: failures) func aFailureHasAStatusAndItsWords(failure: Failure) throws {
        let execution = try run(failure.sql)
        #expect(execution.status == failure.status)
        #expect(execution.error == failure.error)
        #expect(execution.table == nil)
    }

    @Test func valuesKeepTheirTypes() throws {
        let table = try #require(try run("SELECT id, size, name, flag FROM town WHERE id IN (1, 3) ORDER BY id").table)
        #expect(table.columns == ["id", "size", "name", "flag"])
        #expect(table.json(limit: 1000) == #"[[1,2.5,"Rill",{"base16":"00ff"}],[3,null,"Ax",null]]"#)
    }

    @Test func textsInDoubleQuotesWorkAsInSQLite() throws {
        #expect(try run("SELECT id FROM town WHERE name = \"Rill\"").table?.cells == [.integer(1)])
    }

    @Test(arguments: [
        "SELECT 1;", "  SELECT 1 ; ; ", "SELECT 1; -- done", "SELECT 1 /* ; */", "VALUES (1)",
        "WITH a AS (SELECT 1) SELECT * FROM a", "SELECT replace('b', 'b', 1) + 0",
    ])
    func oneStatementWithTrimmingsRuns(sql: String) throws {
        #expect(try run(sql).table?.json(limit: 100) == "[[1]]")
    }

    // MARK: Limits

    private static let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    @Test func aStatementThatNeverEndsIsStoppedByItsSteps() throws {
        var limits = Limits()
        limits.vmSteps = 1_000_000
        let execution = try run(Self.endless, limits)
        #expect(execution == .failed(.limit, "the statement took more than 1000000 steps"))
    }

    @Test func theStepLimitIsTheSameEachTime() throws {
        let workspace = try Workspace()
        let database = try ReadOnlyDatabase(path: try workspace.database("towns", Workspace.towns))
        let sql =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT count(*) FROM n"
        var limits = Limits()
        let needed = try #require(
            stride(from: 1000, to: 100_000, by: 1000).first { steps in
                limits.vmSteps = steps
                return database.execute(sql, limits: limits).status == .ok
            })
        for _ in 0..<3 {
            limits.vmSteps = needed - 1000
            #expect(database.execute(sql, limits: limits).status == .limit)
            limits.vmSteps = needed
            #expect(database.execute(sql, limits: limits).status == .ok)
        }
    }

    @Test func aConnectionWorksOnAfterALimit() throws {
        let workspace = try Workspace()
        let database = try ReadOnlyDatabase(path: try workspace.database("towns", Workspace.towns))
        var limits = Limits()
        limits.vmSteps = 10_000
        #expect(database.execute(Self.endless, limits: limits).status == .limit)
        #expect(database.execute("SELECT count(*) FROM town", limits: limits).table?.cells == [.integer(3)])
    }

    @Test func tooManyRowsAreALimit() throws {
        var limits = Limits()
        limits.rows = 2
        #expect(try run("SELECT id FROM town", limits) == .failed(.limit, "the result has more than 2 rows"))
        limits.rows = 3
        #expect(try run("SELECT id FROM town", limits).status == .ok)
    }

    @Test func tooManyValuesAreALimit() throws {
        var limits = Limits()
        limits.cells = 5
        #expect(try run("SELECT id, name FROM town", limits) == .failed(.limit, "the result has more than 5 values"))
    }

    @Test func tooManyBytesAreALimit() throws {
        var limits = Limits()
        limits.bytes = 99
        let execution = try run("SELECT hex(zeroblob(50))", limits)
        #expect(execution == .failed(.limit, "the result has more than 99 bytes of text"))
    }

    @Test func aValueThatIsTooLongIsALimit() throws {
        #expect(try run("SELECT zeroblob(100000000)") == .failed(.limit, "a value is longer than 8388608 bytes"))
    }

    /// Statements that grow without end: each meets a limit, and none takes the process with it.
    @Test(arguments: [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "WITH RECURSIVE n(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM n) SELECT length(t) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT max(i) FROM n",
        "SELECT count(*) FROM town a, town b, town c, town d, town e, town f, town g, town h, town i, town j, town k, town l, "
            + "town m, town n, town o, town p",
        "SELECT randomblob(2000000000)", "SELECT zeroblob(2000000000)", "SELECT hex(zeroblob(8000000))",
        "SELECT replace(hex(zeroblob(4000)), '0', hex(zeroblob(4000)))",
        "SELECT length(group_concat(hex(zeroblob(1000000)))) FROM town a, town b",
        "SELECT quote(zeroblob(8000000))",
        "SELECT 'x' LIKE printf('%.*c', 2000, '%')", "SELECT 'x' GLOB replace(hex(zeroblob(600)), '0', '*')",
        "SELECT json_group_array(hex(zeroblob(1000000))) FROM town a, town b",
    ])
    func aStatementThatGrowsWithoutEndMeetsALimit(sql: String) throws {
        var limits = Limits()
        limits.vmSteps = 5_000_000
        let execution = try run(sql, limits)
        #expect(execution.status == .limit, "\(execution.error ?? "no error")")
    }

    /// SQLite gives NULL for a text that `printf` cannot make.
    @Test(arguments: ["SELECT printf('%2000000000d', 1)", "SELECT format('%.*c', 100000000, 'x')"])
    func aWidthBeyondTheLimitGivesNothing(sql: String) throws {
        #expect(try run(sql).table?.cells == [.null])
    }

    /// The limit is that of a whole process, so this one is not that of the other tests.
    @Test func memoryIsALimit() async {
        await #expect(processExitsWith: .success) {
            sqlite3_hard_heap_limit64(64 << 20)
            let workspace = try Workspace()
            let database = try ReadOnlyDatabase(path: try workspace.database("towns", Workspace.towns))
            let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
            for sql in [
                """
                WITH RECURSIVE n(i, t) AS (SELECT 1, hex(zeroblob(1000000)) UNION SELECT i + 1, t || 'x' FROM n)
                SELECT count(*) FROM n
                """,
                numbers + "SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY printf('%0200000d', i)) AS r FROM n)",
                numbers + "SELECT count(*) FROM (SELECT i, printf('%0200000d', i) FROM n UNION SELECT i, 1 FROM n)",
            ] {
                let execution = database.execute(sql, limits: Limits())
                #expect(execution == .failed(.limit, "the statement needs too much memory"))
            }
        }
    }

    @Test func aDamagedFileIsNotTheStatementsFault() throws {
        let workspace = try Workspace()
        let path = try workspace.database("towns", Workspace.towns + "CREATE INDEX i ON town(name);")
        var bytes = try Data(contentsOf: URL(filePath: path))
        for page in 1..<bytes.count / 4096 { bytes[page * 4096] = 0x77 }
        try bytes.write(to: URL(filePath: path))
        let execution = try ReadOnlyDatabase(path: path).execute("SELECT * FROM town", limits: Limits())
        #expect(execution == .failed(.internal, "database disk image is malformed"))
    }

    @Test func aStatementThatIsTooLongIsALimit() throws {
        let sql = "SELECT 1" + String(repeating: " ", count: 100_000)
        #expect(try run(sql) == .failed(.limit, "the statement has more than 100000 bytes"))
    }

    @Test func deepNestingIsAnErrorNotACrash() throws {
        let sql = "SELECT " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
        #expect(try run(sql).status != .ok)
    }
}
