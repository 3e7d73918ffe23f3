import Blocking
import Foundation
import Testing

@testable import Text2SQL

/// The verdicts of the official evaluators, against plain Python that has been written from their description.
@Suite(.blocking) struct OfficialVerdictsTests {
    struct Pair: Decodable {
        let sql: String
        let gold_sql: String
        /// Nil where the evaluator crashes.
        let spider_ts: Bool?
        let bird_ex: Bool
    }

    private static let python = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private func pairs(in folder: URL, seed: Int, count: Int) throws -> [Pair] {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "official_verdicts.py")
        process.arguments = [script.path, folder.path, "\(seed)", "\(count)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try lines.split(separator: 0x0A).map { try JSONDecoder().decode(Pair.self, from: $0) }
    }

    @Test(.enabled(if: python != nil, "python3 is not installed"), arguments: [1, 2, 3])
    func randomPairsHaveTheVerdictsThatPythonFinds(seed: Int) throws {
        let workspace = try Workspace()
        let pairs = try pairs(in: workspace.folder, seed: seed, count: 1500)
        #expect(pairs.count == 1500)
        let match = GoldMatch(folder: workspace.folder.path, limits: Limits())
        var counts: [String: Int] = [:]
        for pair in pairs {
            let judgement = try match.judge(pair.sql, gold: pair.gold_sql, database: "odd")
            let words: Comment = "seed \(seed): \(pair.sql) | \(pair.gold_sql) | \(judgement)"
            if let expected = pair.spider_ts {
                #expect((judgement.spider.reason == .match) == expected, words)
                #expect(judgement.spider.reason != .goldError, words)
                counts["spider \(expected)", default: 0] += 1
            } else {
                #expect([.goldError, .predictionError].contains(judgement.spider.reason), words)
                counts["spider crash", default: 0] += 1
            }
            #expect((judgement.bird.reason == .match) == pair.bird_ex, words)
            counts["bird \(pair.bird_ex)", default: 0] += 1
        }
        for (outcome, least) in [
            ("spider true", 300), ("spider false", 300), ("spider crash", 20), ("bird true", 300), ("bird false", 300),
        ] {
            #expect(counts[outcome, default: 0] >= least, "\(counts)")
        }
    }

    // MARK: By hand, what few random pairs show

    private func judge(_ sql: String, _ gold: String) throws -> Judgement {
        let workspace = try Workspace()
        try workspace.database("towns", Workspace.towns)
        let match = GoldMatch(folder: workspace.folder.path, limits: Limits())
        return try match.judge(sql, gold: gold, database: "towns")
    }

    @Test(arguments: [
        ("SELECT 1 WHERE 1 > = 0", "SELECT 1"), ("SELECT 1 WHERE 1 ! = 0", "SELECT 1"),
        ("SELECT 1; DROP TABLE town", "SELECT 1"),
        ("SELECT id FROM (SELECT * FROM town)", "SELECT DISTINCT id FROM town"),
        ("SELECT count(country) FROM town", "SELECT COUNT(DISTINCT country) FROM town"),
        ("SELECT max( value ) FROM town", "SELECT 1"), ("SELECT YEAR ( curdate() )", "SELECT 2020"),
        ("SELECT name, id FROM town", "SELECT id, name FROM town"), ("SELECT 1.0, 'a'", "SELECT 'a', 1"),
        ("SELECT 1, 2 WHERE 0", "SELECT 1 WHERE 0"), ("-- nothing", "SELECT 1 WHERE 0"),
        ("SELECT 'a' || CAST(x'ff' AS TEXT)", "SELECT 'a'"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town ORDER  BY id"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town; /* order by */"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town;\n-- order by"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town; --+ order by"),
        ("SELECT 1;\n# x", "SELECT 1"), ("SELECT 1; -- x\n-- y\n", "SELECT 1"),
    ])
    func spiderTakesTheseForTheSame(sql: String, gold: String) throws {
        #expect(try judge(sql, gold).spider == Comparison(.match))
    }

    @Test(arguments: [
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town WHERE 'order by' <> name"),
        ("SELECT 10.0, 100", "SELECT 10, 100"), ("SELECT '1'", "SELECT 1"), ("SELECT x'61'", "SELECT 'a'"),
        ("VALUES (1), (2), (2)", "VALUES (1), (1), (2)"), ("SELECT 0.1 + 0.2", "SELECT 0.3"),
        ("SELECT NULL", "SELECT ''"), ("SELECT 1, 1", "SELECT 1"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town; -- order by"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT DISTINCT id FROM town; -- order by"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id AS \"distinct\" FROM town; -- x\r\n-- order by"),
    ])
    func spiderTakesTheseForDifferent(sql: String, gold: String) throws {
        #expect(try judge(sql, gold).spider.reason == .differ)
    }

    /// A comment as MySQL has it, which sqlparse leaves behind the semicolon and SQLite does not know.
    @Test(arguments: ["SELECT 1; # x", "SELECT DISTINCT 1; # x", "SELECT 1; -- x\n# y", "SELECT 1;\t# x"])
    func spiderTakesAForeignCommentForAnError(sql: String) throws {
        #expect([.predictionError, .predictionRejected].contains(try judge(sql, "SELECT 1").spider.reason))
        #expect(try judge("SELECT 1", sql).spider.reason == .goldError)
    }

    @Test(arguments: [
        ("VALUES (1), (2), (2)", "VALUES (1), (1), (2)"), ("SELECT 1.0", "SELECT 1"),
        ("SELECT id FROM town ORDER BY id DESC", "SELECT id FROM town ORDER BY id"),
        ("SELECT 1, 2 WHERE 0", "SELECT 1 WHERE 0"), ("SELECT DISTINCT country FROM town", "SELECT country FROM town"),
    ])
    func birdTakesTheseForTheSame(sql: String, gold: String) throws {
        #expect(try judge(sql, gold).bird == Comparison(.match))
    }

    @Test(arguments: [
        ("SELECT 2, 1", "SELECT 1, 2", Reason.differ), ("SELECT 1;;", "SELECT 1", .predictionError),
        ("SELECT 1; SELECT 1", "SELECT 1", .predictionRejected),
        ("SELECT 1 WHERE 1 > = 0", "SELECT 1", .predictionError),
        ("SELECT CAST(x'ff' AS TEXT)", "SELECT CAST(x'ff' AS TEXT)", .goldError),
        ("SELECT 1", "SELECT CAST(x'ff' AS TEXT)", .goldError),
        ("SELECT nome FROM town", "SELECT CAST(x'ff' AS TEXT)", .goldError),
        ("SELECT CAST(x'ff' AS TEXT)", "SELECT 1", .predictionError),
        ("DELETE FROM town", "SELECT id FROM town", .predictionRejected),
        ("SELECT 1", "SELECT nome FROM town", .goldError),
    ])
    func birdTakesTheseForDifferent(sql: String, gold: String, reason: Reason) throws {
        #expect(try judge(sql, gold).bird.reason == reason)
    }

    /// Unicode holds "é" and "e" with an accent to be equivalent; SQLite and Python do not.
    @Test func equivalentTextsAreNotTheSame() throws {
        let (composed, decomposed) = ("SELECT 'Zo\u{E9}'", "SELECT 'Zoe\u{301}'")
        let judgement = try judge(decomposed, composed)
        #expect(judgement.strict.reason == .differ)
        #expect(judgement.spider.reason == .differ && judgement.bird.reason == .differ)
    }

    @Test(arguments: ["", " \n"]) func aTextWithoutAStatementIsAReasonNotACrash(sql: String) throws {
        let crash = "the evaluator crashes on a text without a statement"
        #expect(try judge(sql, "SELECT 1").spider == Comparison(.predictionError, crash))
        #expect(try judge("SELECT 1", sql).spider == Comparison(.goldError, crash))
    }

    @Test func aVerdictHoldsIfItHoldsInAllFiles() throws {
        let workspace = try Workspace()
        try workspace.database("m", "CREATE TABLE t(a); INSERT INTO t VALUES (1);")
        let other = workspace.folder.appending(path: "m/other.sqlite").path
        try Workspace.run("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2);", on: other)
        var match = GoldMatch(folder: workspace.folder.path, limits: Limits())
        #expect(
            try match.judge("SELECT a + 0 FROM t", gold: "SELECT a FROM t", database: "m")
                == Judgement(Comparison(.match)))
        let chance = try match.judge("SELECT 1", gold: "SELECT a FROM t", database: "m")
        #expect(
            chance
                == Judgement(Comparison(.differ, "other.sqlite: 1 row instead of 2")).withBird(
                    "other.sqlite: no row (2)"))
        let both = try match.judge("SELECT a, a FROM t", gold: "SELECT a FROM t", database: "m")
        #expect(both.strict.detail == "m.sqlite: 2 columns instead of 1")
        try Workspace.run("CREATE TABLE u(a);", on: workspace.folder.appending(path: "m/z.sqlite").path)
        match = GoldMatch(folder: workspace.folder.path, limits: Limits())
        let failing = try match.judge("SELECT a FROM t", gold: "SELECT a FROM t", database: "m")
        #expect(failing == Judgement(Comparison(.goldError, "z.sqlite: no such table: t")))
    }
}

extension Judgement {
    fileprivate func withBird(_ detail: String) -> Judgement {
        Judgement(strict: strict, spider: spider, bird: Comparison(.differ, detail))
    }
}
