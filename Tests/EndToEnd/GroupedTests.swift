import Blocking
import DataPlane
import Foundation
import Testing

/// A step that sees samples, written with PluginKit: which rows belong together is what the host says.
@Suite(.blocking) struct GroupedTests {
    private static func graph(node: String = "") -> String {
        """
        fastdistill: 1
        name: votes
        plugins: {votes: ^1.0}
        source:
          files: [lines.jsonl]
          columns: {text: utf8}
          task_id: lines
        shard_rows: 100
        nodes:
          - {id: words, use: votes/words}
          - {id: vote, use: votes/vote\(node)}
          - {id: lonely, reject: {when: {vote.place: {absent: true}}, code: lonely}}

        """
    }

    private func workspace(_ texts: [String], node: String = "") throws -> Workspace {
        let plugins = try TemporaryFolder()
        try SwiftPlugin.compile("Votes", into: plugins)
        let workspace = try Workspace(graph: Self.graph(node: node))
        try workspace.folder.write("lines.jsonl", lines(texts))
        try FileManager.default.moveItem(atPath: plugins.path, toPath: workspace.folder.file("plugins"))
        return workspace
    }

    private func votes(_ run: RunFolder) throws -> [JSONValue] {
        try run.query(
            "SELECT words.word AS word, vote.votes AS votes, vote.place AS place FROM stage "
                + "ORDER BY ordinal, candidate", stage: "distilled")
    }

    private func row(_ word: String, _ votes: Int64, _ place: String) -> JSONValue {
        ["word": .string(word), "votes": .int(votes), "place": .string(place)]
    }

    @Test(arguments: ["worker", "inline"])
    func seesTheCandidatesOfEachSampleTogether(isolation: String) throws {
        let workspace = try workspace(
            ["a b a", "b", "b b spoilt b", "spoilt"], node: ", isolation: \(isolation)")
        try workspace.run(["--plugin-path", "plugins"])
        let run = try workspace.runFolder()
        #expect(
            try votes(run) == [
                row("a", 2, "0:0/3"), row("b", 1, "0:1/3"), row("a", 2, "0:2/3"), row("b", 1, "1:0/1"),
                row("b", 3, "2:0/4"), row("b", 3, "2:1/4"), row("b", 3, "2:3/4"),
            ])
        #expect(
            try run.quality["outcomes"]
                == ["kept": 3, "deferred": 0, "not_selected": 0, "rejected": 1, "duplicate": 0])
    }

    @Test func losesTheSampleThatCrashesItAndNoOther() throws {
        let workspace = try workspace(["a a", "a crash b", "b"])
        try workspace.run(["--plugin-path", "plugins"])
        let run = try workspace.runFolder()
        #expect(try votes(run) == [row("a", 2, "0:0/2"), row("a", 2, "0:1/2"), row("b", 1, "2:0/1")])
        #expect(
            try run.quality["outcomes"]
                == ["kept": 2, "deferred": 0, "not_selected": 0, "rejected": 1, "duplicate": 0])
    }
}
