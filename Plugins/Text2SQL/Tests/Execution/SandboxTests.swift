import CSQLite
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
        Attempt("VACUUM main INTO 'copy.sqlite'"),
        Attempt("ATTACH ':memory:' AS other"),
        Attempt("ATTACH 'file:copy.sqlite?mode=rwc' AS other"),
        Attempt("CREATE TEMPORARY TABLE t AS SELECT * FROM town"),
        Attempt("CREATE TABLE temp.t(a)"),
        Attempt("CREATE TEMP TRIGGER g AFTER INSERT ON town BEGIN DELETE FROM town; END", .severalStatements),
        Attempt("INSERT INTO sqlite_schema VALUES ('table', 't', 't', 0, 'x')"),
        Attempt("PRAGMA temp_store_directory = '.'"),
        Attempt("PRAGMA main.user_version = 7"),
        Attempt("PRAGMA wal_checkpoint"),
        Attempt("PRAGMA hard_heap_limit = 0"),
        Attempt("SELECT * FROM pragma_user_version"),
        Attempt("WITH a AS (SELECT 1), b AS (SELECT 2) REPLACE INTO town(id) SELECT * FROM a"),
        Attempt("WITH RECURSIVE r(i) AS (SELECT 1) DELETE FROM town WHERE id IN r"),
        Attempt("INSERT INTO town(id) VALUES (1) ON CONFLICT DO UPDATE SET name = 'x'"),
        Attempt("EXPLAIN QUERY PLAN DELETE FROM town"),
        Attempt("ROLLBACK"),
        Attempt("RELEASE s"),
        Attempt("SELECT Load_Extension('/lib/x.so')"),
        Attempt("SELECT edit('x', 'sh')", .unknownFunction),
        Attempt("SELECT * FROM fsdir('.')", .unknownTable),
        Attempt("SELECT fileio_write('x', 'y')", .unknownFunction),
        Attempt("SELECT 1;\nDROP TABLE town", .severalStatements),
        Attempt("SELECT 1 -- ;\n; DROP TABLE town", .severalStatements),
        Attempt("; ; DROP TABLE town"),
        Attempt("(DELETE FROM town)", .syntaxError),
        Attempt("SELECT * FROM (DELETE FROM town RETURNING id)", .syntaxError),
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

    /// Everything that a connection can be asked about itself.
    private static func state(of database: ReadOnlyDatabase) -> [String] {
        sqlite3_set_authorizer(database.handle, nil, nil)
        defer { sqlite3_set_authorizer(database.handle, authorizeReading, database.watch.notes) }
        let pragmas = [
            "analysis_limit", "application_id", "auto_vacuum", "automatic_index", "busy_timeout", "cache_size",
            "cache_spill", "case_sensitive_like", "cell_size_check", "data_version",
            "defer_foreign_keys", "encoding", "foreign_keys", "freelist_count", "ignore_check_constraints",
            "journal_mode", "legacy_alter_table", "locking_mode", "max_page_count", "mmap_size", "page_count",
            "query_only", "read_uncommitted", "recursive_triggers", "reverse_unordered_selects", "schema_version",
            "secure_delete", "synchronous", "temp_store", "threads", "trusted_schema", "user_version",
            "writable_schema",
        ]
        let queries =
            pragmas.map { "PRAGMA \($0)" } + [
                "SELECT * FROM temp.sqlite_schema", "SELECT total_changes()",
                "SELECT name FROM pragma_database_list WHERE name <> 'temp'",
            ]
        return queries.map { query in
            var statement: OpaquePointer?
            defer { sqlite3_finalize(statement) }
            guard sqlite3_prepare_v2(database.handle, query, -1, &statement, nil) == SQLITE_OK else { return "failed" }
            var values = query
            while sqlite3_step(statement) == SQLITE_ROW {
                for column in 0..<sqlite3_column_count(statement) {
                    values += " " + (sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL")
                }
            }
            return values
        }
    }

    /// One connection for all attempts, as a pool has it.
    @Test func noAttemptLeavesAnythingInItsConnection() throws {
        let workspace = try Workspace()
        let database = try ReadOnlyDatabase(path: try workspace.database("towns", Workspace.towns))
        let before = Self.state(of: database)
        for attempt in Self.attempts + ExecutionTests.failures.map({ Attempt($0.sql, $0.status) }) {
            #expect(database.execute(attempt.sql, limits: Limits()).status == attempt.status, "\(attempt.sql)")
            #expect(!database.isSpoiled)
        }
        for (now, then) in zip(Self.state(of: database), before) { #expect(now == then) }
        #expect(database.execute("SELECT count(*) FROM town", limits: Limits()).table?.cells == [.integer(3)])
    }

    @Test func aConnectionThatIsNotCleanIsReplaced() throws {
        let workspace = try Workspace()
        try workspace.database("towns", Workspace.towns)
        var pool = DatabasePool(folder: workspace.folder.path)
        let database = try pool.database("towns")
        sqlite3_set_authorizer(database.handle, nil, nil)
        #expect(sqlite3_exec(database.handle, "BEGIN", nil, nil, nil) == SQLITE_OK)
        let message = "the statement left something behind in its connection, which is closed"
        #expect(database.execute("SELECT 1", limits: Limits()) == .failed(.internal, message))
        let next = try pool.database("towns")
        #expect(next !== database)
        #expect(next.execute("SELECT 1", limits: Limits()).status == .ok)
    }

    /// Without the authorizer and the refusals of `execute`: the files themselves are out of reach.
    @Test(arguments: [
        "DELETE FROM town", "CREATE TABLE t(a)", "VACUUM", "VACUUM INTO 'FOLDER/copy.sqlite'",
        "ATTACH 'FOLDER/other.sqlite' AS other; CREATE TABLE other.t(a)", "PRAGMA journal_mode = WAL",
    ])
    func theFilesAreSealedByThemselves(sql: String) throws {
        let workspace = try Workspace()
        let database = try ReadOnlyDatabase(path: try workspace.database("towns", Workspace.towns))
        let before = try workspace.contents()
        sqlite3_set_authorizer(database.handle, nil, nil)
        let script = sql.replacingOccurrences(of: "FOLDER", with: workspace.folder.path)
        let code = sqlite3_exec(database.handle, script, nil, nil, nil)
        #expect(code != SQLITE_OK || sql.hasPrefix("PRAGMA"))
        #expect(try workspace.contents() == before)
    }

    /// More than SQLite's cache holds, so that it has to put rows aside: into memory, not into files.
    @Test(arguments: [
        "SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY printf('%0300d', i * 7919 % 120011)) AS r FROM n)",
        "SELECT max(c) FROM (SELECT count(*) AS c FROM n GROUP BY printf('%0300d', i * 7919 % 120011))",
        "SELECT count(*) FROM (SELECT i, printf('%0300d', i) FROM n UNION SELECT i, printf('%0300d', i + 1) FROM n)",
    ])
    func whatIsPutAsideLiesInMemory(sql: String) throws {
        #expect(SealedFiles.name != nil)
        let workspace = try Workspace()
        let database = try ReadOnlyDatabase(path: try workspace.database("towns", Workspace.towns))
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) "
        var limits = Limits()
        limits.vmSteps = 100_000_000
        let execution = database.execute(numbers + sql, limits: limits)
        #expect(execution.status == .ok, "\(execution.error ?? "")")
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
