import Foundation
import Testing

@testable import Text2SQL

/// Statements that would change something or reach outside: refused, and nothing has changed afterwards.
@Suite struct SandboxTests {
    struct Attempt: CustomTestStringConvertible {
        let sql: String
        let status: ExecutionStatus
        var testDescription: String { sql }

        init(_ sql: String, _ status: ExecutionStatus = .notReadOnly) {
            self.sql = sql
            self.status = status
        }
    }

    static let attempts: [Attempt] = [
        Attempt("DROP TABLE town"),
        Attempt("DELETE FROM town"),
        Attempt("UPDATE town SET name = 'x'"),
        Attempt("INSERT INTO town(id) VALUES (9)"),
        Attempt("REPLACE INTO town(id) VALUES (1)"),
        Attempt("CREATE TABLE t(a)"),
        Attempt("CREATE TEMP TABLE t(a)"),
        Attempt("CREATE TEMP VIEW v AS SELECT 1"),
        Attempt("CREATE VIRTUAL TABLE f USING fts5(a)"),
        Attempt("ALTER TABLE town RENAME TO city"),
        Attempt("CREATE INDEX i ON town(name)"),
        Attempt("PRAGMA writable_schema = ON"),
        Attempt("PRAGMA table_info(town)"),
        Attempt("pragma journal_mode = wal"),
        Attempt("ATTACH DATABASE 'other.sqlite' AS other"),
        Attempt("DETACH DATABASE main"),
        Attempt("VACUUM"),
        Attempt("VACUUM INTO 'copy.sqlite'"),
        Attempt("REINDEX"),
        Attempt("ANALYZE"),
        Attempt("BEGIN IMMEDIATE"),
        Attempt("COMMIT"),
        Attempt("SAVEPOINT s"),
        Attempt("EXPLAIN SELECT 1"),
        Attempt("WITH old AS (SELECT 1) DELETE FROM town"),
        Attempt("WITH old AS (SELECT 1) INSERT INTO town(id) SELECT 9"),
        Attempt("WITH old AS (SELECT 1) UPDATE town SET size = 0"),
        Attempt("/* SELECT */ DROP TABLE town"),
        Attempt("-- SELECT\nDROP TABLE town"),
        Attempt("DELETE FROM town RETURNING name"),
        Attempt("SELECT * FROM pragma_database_list"),
        Attempt("SELECT name FROM pragma_table_info('town')"),
        Attempt("SELECT load_extension('x')"),
        Attempt("SELECT LOAD_EXTENSION('x', 'y')"),
        Attempt("SELECT fts3_tokenizer('simple')"),
        Attempt("SELECT sqlite_log(1, 'x')"),
        Attempt("SELECT readfile('x')", .unknownFunction),
        Attempt("SELECT writefile('x', 'y')", .unknownFunction),
        Attempt("SELECT edit('x')", .unknownFunction),
        Attempt("SELECT 1; DROP TABLE town", .severalStatements),
        Attempt("SELECT 1; SELECT 2", .severalStatements),
        Attempt("DROP TABLE town; SELECT 1", .severalStatements),
        Attempt("SELECT 1 /* ; */; /* */ ; DELETE FROM town;", .severalStatements),
        Attempt("SELECT 1\u{0}; DROP TABLE town", .syntaxError),
        Attempt("SELECT * FROM other.town", .unknownTable),
        Attempt("SELECT 'x' INTO OUTFILE 'y'", .syntaxError),
    ]

    @Test(arguments: attempts) func nothingIsChangedOrReached(attempt: Attempt) throws {
        let workspace = try Workspace()
        let path = try workspace.database("towns", Workspace.towns)
        let before = try workspace.contents()
        let database = try ReadOnlyDatabase(path: path)
        let execution = database.execute(attempt.sql, limits: Limits())
        #expect(execution.status == attempt.status, "\(execution.error ?? "no error")")
        #expect(execution.table == nil)
        #expect(try workspace.contents() == before)
    }

    @Test func readingAndSortingLeavesNoFile() throws {
        let workspace = try Workspace()
        let path = try workspace.database("towns", Workspace.towns)
        let before = try workspace.contents()
        let database = try ReadOnlyDatabase(path: path)
        let sql = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
            SELECT DISTINCT printf('%0200d', i % 1000) AS text FROM n ORDER BY text DESC
            """
        #expect(database.execute(sql, limits: Limits()).table?.rowCount == 1000)
        #expect(try workspace.contents() == before)
    }

    @Test func aDatabaseInWriteAheadModeIsReadWithoutFilesBesideIt() throws {
        let workspace = try Workspace()
        let path = try workspace.database("wal", "PRAGMA journal_mode = wal; \(Workspace.towns)")
        let before = try workspace.contents()
        #expect(before.keys.sorted() == ["wal", "wal/wal.sqlite"])
        let database = try ReadOnlyDatabase(path: path)
        #expect(database.execute("SELECT count(*) FROM town", limits: Limits()).table?.cells == [.integer(3)])
        #expect(try workspace.contents() == before)
    }

    @Test func aPathWithURISignsIsOpenedAsItIs() throws {
        let workspace = try Workspace()
        let path = try workspace.database("a?mode=rwc#%41", Workspace.towns)
        let database = try ReadOnlyDatabase(path: path)
        #expect(database.execute("SELECT count(*) FROM town", limits: Limits()).status == .ok)
        #expect(ReadOnlyDatabase.uri(of: "/a b?ü") == "file:/a%20b%3F%C3%BC?mode=ro&immutable=1")
    }
}
