import Blocking
import DataPlane
import Foundation
import Testing

/// Rows that cannot be read, rows that come twice, and no rows.
@Suite(.blocking) struct InputTests {
    static let rows = """
        {"text": "The first of all"}
        {"text": "cut off
        {"text": "  The first\\tof all "}
        {"text": 5}

        {"text": "Another one"}
        {"other": "member"}
        {"text": "The first of all"}
        {"text": "x"}

        """

    @Test func aPatternStandsForItsFilesInTheirOrder() throws {
        let workspace = try Workspace(
            graph: Graphs.plain.replacingOccurrences(of: "files: [lines.jsonl]", with: "files: ['parts/*.jsonl']"))
        for (name, text) in [("b", "second line"), ("a", "first line"), ("c.old", "no line of it")] {
            try workspace.folder.write(
                "parts/\(name).jsonl".replacingOccurrences(of: ".old.jsonl", with: ".old"), lines([text]))
        }
        let first = try workspace.run()
        let kept = {
            try workspace.runFolder().query("SELECT row_id, ordinal FROM stage ORDER BY ordinal", stage: "distilled")
        }
        #expect(
            try kept() == [
                ["row_id": "parts/a.jsonl:1", "ordinal": 0], ["row_id": "parts/b.jsonl:1", "ordinal": 1],
            ])
        #expect(try workspace.run().output == first.output)
        try workspace.folder.write("parts/aa.jsonl", lines(["another line"]))
        try workspace.run(["--run-id", "other"])
        #expect(
            try json(workspace.folder.file("runs/other/reports/quality.json"))["source_rows"] == 3,
            "another file is another run")
    }

    @Test func everyLineEndsSomewhereUnderItsNumber() throws {
        let workspace = try Workspace(graph: Graphs.plain)
        try workspace.folder.write("lines.jsonl", Self.rows)
        try workspace.run()
        let run = try workspace.runFolder()
        let ends = try run.query(
            "SELECT row_id, outcome, node, code, detail, duplicate_of FROM stage ORDER BY ordinal", stage: "rejected")
        let kept = try run.query("SELECT row_id, ordinal, input_id FROM stage ORDER BY ordinal", stage: "distilled")
        let first = try #require(kept.first?["input_id"])
        let malformed = { (line: Int, reason: String) -> JSONValue in
            [
                "row_id": .string("lines.jsonl:\(line)"), "outcome": "rejected", "node": "source",
                "code": "malformed_row", "detail": .string("line \(line): \(reason)"), "duplicate_of": nil,
            ]
        }
        let duplicate = { (line: Int) -> JSONValue in
            [
                "row_id": .string("lines.jsonl:\(line)"), "outcome": "duplicate", "node": "ids", "code": nil,
                "detail": nil, "duplicate_of": first,
            ]
        }
        #expect(
            ends == [
                malformed(2, "not JSON: A string is opened, but never closed."), duplicate(3),
                malformed(4, "column 'text' wants utf8, found an integer"),
                malformed(7, "column 'text' is missing"), duplicate(8),
                [
                    "row_id": "lines.jsonl:9", "outcome": "rejected", "node": "too_short", "code": "too_short",
                    "detail": nil, "duplicate_of": nil,
                ],
            ], "\(ends.map(\.compact).joined(separator: "\n"))")
        #expect(kept.map { $0["row_id"]?.string } == ["lines.jsonl:1", "lines.jsonl:6"])
        #expect(
            try run.quality["outcomes"]
                == ["kept": 2, "deferred": 0, "not_selected": 0, "rejected": 4, "duplicate": 2])
        #expect(try run.quality["balanced"]?.bool == true)
        #expect(try workspace.verify(run).status == 0)
    }

    @Test(arguments: [["validate"], ["run", "--runs", "runs"]])
    func aLaterFileThatDoesNotFitIsFoundBeforeTheRun(_ command: [String]) throws {
        let graph = Graphs.plain.replacing(
            "files: [lines.jsonl]", with: "files: [first.csv, second.csv]\n  format: csv")
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("first.csv", "text\nThe first of all\n")
        try workspace.folder.write("second.csv", "txt\nAnother one\n")
        let result = try workspace.command([command[0], "graph.yaml"] + command.dropFirst())
        #expect(result.status == 2)
        #expect(result.errors == "second.csv:1: error: 'second.csv' has no column 'text'; did you mean 'txt'?\n")
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.file("runs")))
    }

    @Test(arguments: ["", "\n\n", "not one row\n"])
    func aSourceWithoutRowsIsDone(_ text: String) throws {
        let workspace = try Workspace(graph: Graphs.plain)
        try workspace.folder.write("lines.jsonl", text)
        try workspace.run()
        let run = try workspace.runFolder()
        #expect(try run.quality["source_rows"]?.int == (text.contains("row") ? 1 : 0))
        let verification = try workspace.verify(run)
        #expect(verification.status == 0, "\(verification)")
        try workspace.run()
    }

    /// `first ordinal wins` also when an earlier start has sealed the first one's shard.
    @Test func aDuplicateOfASealedShardIsKnownAfterARestart() throws {
        let workspace = try Workspace(graph: Graphs.asking(candidates: 1, shardRows: 2))
        try workspace.folder.write("lines.jsonl", lines(["One?", "Two?", "Three?", "One?", "Four?", "Two?"]))
        let script = try workspace.folder.write(
            "script.json",
            #"{"default": {"teacher-model": ["to {question}"]}, "faults": {"Three?": [{"status": 401}]}}"#)
        let server = try ChatServer(script: script)
        try workspace.writeProviders(url: server.url, concurrency: 1)
        let first = try workspace.run(expecting: 3)
        #expect(first.output.contains("deferred because provider 'teacher'"), "\(first)")
        try workspace.run()
        let run = try workspace.runFolder()
        let kept = try run.query("SELECT row_id FROM stage ORDER BY ordinal", stage: "distilled")
        #expect(kept.map { $0["row_id"]?.string } == [1, 2, 3, 5].map { "lines.jsonl:\($0)" })
        let fresh = try Workspace(graph: Graphs.asking(candidates: 1, shardRows: 2))
        try fresh.folder.write("lines.jsonl", lines(["One?", "Two?", "Three?", "One?", "Four?", "Two?"]))
        try fresh.writeProviders(url: server.url)
        try fresh.run()
        try run.expectSameBytes(as: fresh.runFolder())
    }
}
