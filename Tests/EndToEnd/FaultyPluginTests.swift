import Blocking
import DataPlane
import Foundation
import Testing

/// Plugins that break their word, crash and hang, in a run of the real command.
@Suite(.blocking) struct FaultyPluginTests {
    static let who = "plugin 'echo' 1.0.0, step 'copy' (node 'copy')"
    static let blame = "This is a fault of the plugin: report it to its author"
    static let run = ["run", "graph.yaml", "--plugin-path", "plugins"]

    @Test(arguments: [
        ("drops_row", "broke the rule 'parent' at row 1: the input row is neither in 'out' nor in 'rejects'"),
        (
            "repeats_parent",
            "broke the rule 'parent' at column 'parent', row 1: in 'out', the input row 0 comes twice"
        ),
        ("invalid_utf8", "broke the rule 'utf8' at column 'copy', row 2: in 'out', the text is not UTF-8"),
        ("bad_offset", "broke the rule 'structure' at column 'copy', row 1: in 'out', the offsets go down from 5 to 4"),
        (
            "unknown_code",
            "broke the rule 'code' at column 'code', row 0: 'other_id' is not a code of the spec, which has not_text"
        ),
    ])
    func aBrokenRuleEndsTheRunAndNamesPluginVersionStepAndRule(_ plugin: String, _ rule: String) throws {
        let workspace = try FixturePlugin.workspace(plugin, texts: ["first", "two", "three", "fourth"])
        let result = try workspace.command(Self.run)
        #expect(result.status == 1, "\(result)")
        #expect(result.errors == "error: \(Self.who), \(rule). \(Self.blame)\n")
        let events = try workspace.runFolder().events
        #expect(events.last?["reason"]?.string == "failed")
        #expect(events.last?["status"]?.int == 1)
    }

    @Test(arguments: [
        ("undeclared_column", "at column 'extra': 'bind' announced a column that the spec does not add"),
        ("wrong_type", "at column 'copy': 'bind' announced it as int64, the spec says utf8"),
    ])
    func aStepThatAnnouncesOtherColumnsIsTheFaultOfThePluginNotOfTheGraph(_ plugin: String, _ rest: String) throws {
        let workspace = try FixturePlugin.workspace(plugin, texts: ["first"])
        let result = try workspace.command(Self.run)
        #expect(result.status == 1, "\(result)")
        #expect(
            result.errors == "graph.yaml:10:5: error: \(Self.who), broke the rule 'schema' \(rest). \(Self.blame)\n",
            "\(result)")
    }

    /// The first answer ends the run, while the others are still to come.
    @Test func whatIsUnderWayWhenARunEndsIsNotAskedForAgain() throws {
        let workspace = try FixturePlugin.workspace("unknown_code", texts: ProviderTests.texts)
        let script = """
            {"default": {"teacher-model": ["one to {question}"]}, "latency_ms": [0, 2000]}
            """
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url)
        let good = Graphs.asking
        let bad =
            good.replacingOccurrences(of: "plugins: {", with: "plugins: {echo: ^1.0, ")
            + "  - {id: copy, use: echo/copy, in: {text: teacher.text}}\n"
        try workspace.folder.write("graph.yaml", bad)
        let result = try workspace.command(Self.run)
        #expect(result.status == 1 && result.errors.contains("broke the rule 'code'"), "\(result)")
        #expect(try server.counts(settled: true).asked == 12)
        try workspace.folder.write("graph.yaml", good)
        let repaired = try workspace.command(Self.run)
        #expect(repaired.status == 0, "\(repaired)")
        #expect(try server.counts(settled: true).asked == 12)
    }

    @Test func aBrokenRuleLosesNothingThatWasFinishedBefore() throws {
        // Row 1 of a batch is forgotten: shards of one row are none the worse for it, until one has two.
        let workspace = try FixturePlugin.workspace("drops_row", texts: ["first", "two"])
        let graph = FixturePlugin.graph(node: "").replacingOccurrences(of: "shard_rows: 4", with: "shard_rows: 1")
        try workspace.folder.write("graph.yaml", graph)
        let result = try workspace.command(Self.run)
        #expect(result.status == 0, "\(result)")
    }

    @Test(arguments: [
        (
            "crashes_on_row", "plugin_crashed",
            "the worker was ended by SIGSEGV; its standard error ends with:\nabout to read nowhere"
        ),
        ("hangs_on_row", "plugin_timeout", "the worker was ended after 400 ms without progress"),
    ])
    func aRowThatCrashesOrHangsAStepIsRejectedAndAllElseGoesOn(_ plugin: String, _ code: String, _ detail: String)
        throws
    {
        let texts = ["a", "b", "bad", "c", "d", "e", "bad", "f", "reject"]
        let workspace = try FixturePlugin.workspace(plugin, texts: texts, node: "row_timeout: 400ms")
        let first = try workspace.command(Self.run)
        #expect(first.status == 0, "\(first)")
        let run = try workspace.runFolder()
        let rejected = try run.query(
            "SELECT row_id, outcome, node, code, detail, plugin, plugin_version FROM stage ORDER BY ordinal",
            stage: "rejected")
        let guilty = { (line: Int) -> JSONValue in
            [
                "row_id": .string("lines.jsonl:\(line)"), "outcome": "rejected", "node": "copy", "code": .string(code),
                "detail": .string(detail), "plugin": "echo", "plugin_version": "1.0.0",
            ]
        }
        #expect(rejected.dropLast() == [guilty(3), guilty(7)])
        #expect(rejected.last?["code"]?.string == "not_text")
        let kept = try run.query("SELECT text, copy.copy AS copy FROM stage ORDER BY ordinal", stage: "distilled")
        #expect(kept.map { $0["copy"]?.string } == ["a", "b", "c", "d", "e", "f"])
        #expect(try run.quality["balanced"]?.bool == true)
        let journal = try jsonLines(run.path + "/journal")
        #expect(
            Set(journal.map { "\($0["ordinal"]?.int ?? -1) \($0["code"]?.string ?? "")" }) == [
                "2 \(code)", "6 \(code)",
            ])

        // From the journal alone: with a limit of an hour, a row that was tried again would hang the test.
        let before = try run.replayable
        for folder in ["artifacts", "manifests", "books", "reports"] {
            try FileManager.default.removeItem(atPath: "\(run.path)/\(folder)")
        }
        try workspace.folder.write("graph.yaml", FixturePlugin.graph(node: "row_timeout: 1h"))
        let second = try workspace.command(Self.run)
        #expect(second.status == 0, "\(second)")
        #expect(try run.replayable == before)
        #expect(try jsonLines(run.path + "/journal").count == 2)
    }

    /// The third row is no text, in batches of four: it is rejected with the rule, and nothing is left to the journal.
    @Test func aQuarantinedRowIsRejectedAndTheRunGoesOn() throws {
        let texts = ["a", "b", "c", "d", "e", "f"]
        let workspace = try FixturePlugin.workspace("invalid_utf8", texts: texts, node: "on_violation: quarantine")
        let first = try workspace.command(Self.run)
        #expect(first.status == 0, "\(first)")
        let run = try workspace.runFolder()
        let rejected = try run.query(
            "SELECT row_id, outcome, node, code, detail, plugin, plugin_version FROM stage", stage: "rejected")
        #expect(
            rejected == [
                [
                    "row_id": "lines.jsonl:3", "outcome": "rejected", "node": "copy", "code": "contract_violation",
                    "detail": "the step broke the rule 'utf8' at column 'copy': in 'out', the text is not UTF-8",
                    "plugin": "echo", "plugin_version": "1.0.0",
                ]
            ])
        let kept = try run.query("SELECT copy.copy AS copy FROM stage ORDER BY ordinal", stage: "distilled")
        #expect(kept.map { $0["copy"]?.string } == ["a", "b", "d", "e", "f"])
        #expect(try run.quality["rejected_by_code"] == ["contract_violation": 1])
        #expect(try jsonLines(run.path + "/journal").isEmpty)

        let before = try run.replayable
        for folder in ["artifacts", "manifests", "books", "reports"] {
            try FileManager.default.removeItem(atPath: "\(run.path)/\(folder)")
        }
        #expect(try workspace.command(Self.run).status == 0)
        #expect(try run.replayable == before)
    }

    /// The same rows, in the host and in one and three workers.
    @Test func isolationChangesNoByte() throws {
        let texts = (0..<50).map { $0 % 7 == 3 ? "reject" : "text \($0)" }
        let workspace = try FixturePlugin.workspace("good", texts: texts)
        var runs: [RunFolder] = []
        for (index, node) in ["isolation: inline", "workers: 1", "workers: 3"].enumerated() {
            try workspace.folder.write("graph.yaml", FixturePlugin.graph(node: node))
            let result = try workspace.command(Self.run + ["--runs", "runs-\(index)"])
            #expect(result.status == 0, "\(result)")
            runs.append(try workspace.runFolder(in: "runs-\(index)"))
        }
        for other in runs.dropFirst() {
            #expect(other.runID == runs[0].runID)
            try other.expectSameBytes(as: runs[0])
        }
        #expect(try runs[0].quality["rejected_by_code"] == ["not_text": 7])
    }
}
