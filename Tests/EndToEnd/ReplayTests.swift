import Blocking
import DataPlane
import Foundation
import Testing

/// Recorded answers in other runs, other places and other forms; and what must not be recorded.
@Suite(.blocking) struct ReplayTests {
    static let script = """
        {"default": {"teacher-model": ["one to {question}", "two to {question}"]},
         "replies": {"teacher-model": {"Question 3?": [{"replies": ["kept", {"text": "", "finish_reason": "content_filter"}]}]}}}
        """

    static func workspace() throws -> (workspace: Workspace, server: ChatServer) {
        let workspace = try ProviderTests.workspace()
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url)
        return (workspace, server)
    }

    @Test func exportedRepliesGiveTheSameDataWithoutAServer() throws {
        let (workspace, server) = try Self.workspace()
        try workspace.run()
        let run = try workspace.runFolder()
        server.stop()
        let export = try workspace.command(["replies", "export", "runs/replies.sqlite", "replies.jsonl"])
        #expect(export.status == 0)
        #expect(export.output == "replies.jsonl: 24 replies\n")
        try workspace.folder.write(
            "offline.yaml",
            """
            fastdistill: 1
            providers: [{id: teacher, kind: replay, model: teacher-model, file: replies.jsonl}]
            roles: {teacher: [{provider: teacher}]}

            """)
        try workspace.run(["--providers", "offline.yaml"], runs: "offline")
        // Another provider file is another contract; the data are the same all the same.
        let offline = try workspace.runFolder(in: "offline")
        #expect(offline.runID != run.runID)
        try offline.expectSameBytes(as: run)
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.file("offline/replies.sqlite")))
    }

    @Test func anotherGraphWithTheSameQuestionsAsksNothing() throws {
        let (workspace, server) = try Self.workspace()
        try workspace.run()
        let asked = try server.counts(settled: true).asked
        let graph = Graphs.asking(candidates: 2, shardRows: 7).replacingOccurrences(
            of: "in: {text: teacher.text}}", with: "in: {text: teacher.text}, with: {max_characters: 17}}")
        try workspace.folder.write("other.yaml", graph)
        let other = try workspace.command(["run", "other.yaml"])
        #expect(other.status == 0, "\(other)")
        #expect(try server.counts(settled: true).asked == asked)
        let runs = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.file("runs"))
        #expect(runs.filter { $0.hasPrefix("small-") }.count == 2)
    }

    /// Every count of `events.jsonl` and `timing.json` against what the server saw.
    @Test func eventsTellOfEveryRequestAndReply() throws {
        let (workspace, server) = try Self.workspace()
        try workspace.run()
        let run = try workspace.runFolder()
        let counts = try server.counts(settled: true)
        let first = try run.events.filter { $0["event"]?.string == "request" }
        #expect(first.count == counts.asked)
        #expect(
            first.allSatisfy {
                $0["role"]?.string == "teacher" && $0["status"]?.int == 200 && $0["candidates"]?.int == 2
            })
        let tokens = first.reduce(0) { $0 + ($1["completion_tokens"]?.int ?? 0) }
        let timing = try json(run.path + "/reports/timing.json")
        #expect(timing["roles"]?["teacher"]?["completion_tokens"]?.int == tokens)
        #expect(timing["roles"]?["teacher"]?["requests"]?.int == 12)
        #expect(try #require(timing["teacher_tokens_per_sec"]?.double) > 0)
        for folder in ["artifacts", "manifests"] { try FileManager.default.removeItem(atPath: "\(run.path)/\(folder)") }
        try workspace.run()
        let cached = try run.events.filter { $0["event"]?.string == "reply_cached" }
        #expect(cached.reduce(0) { $0 + ($1["candidates"]?.int ?? 0) } == 24)
        #expect(try run.events.filter { $0["event"]?.string == "request" }.count == 12)
        let sessions = try json(run.path + "/reports/timing.json")["sessions"]?.array
        #expect(sessions?.map { $0["ended"]?.string } == ["done", "done"])
    }

    /// The server gives the key back in an error, as some do.
    @Test func theKeyOfAProviderIsWrittenNowhere() throws {
        let key = "sk-e2e-7d1f0c55-never-to-be-seen"
        let workspace = try ProviderTests.workspace()
        let script = """
            {"default": {"teacher-model": ["an answer"]},
             "faults": {"Question 2?": [{"status": 400, "body": {"error": {"message": "bad request with \(key)"}}}],
                        "Question 9?": [{"status": 401, "body": {"error": {"message": "the key \(key) is not valid"}}}]}}
            """
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(
            url: server.url, retry: "{base: 5ms}, api_key: {env: E2E_KEY}", models: ["teacher"])
        let missing = try workspace.command(["run", "graph.yaml"])
        #expect(missing.status == 2, "\(missing)")
        #expect(missing.errors.contains("E2E_KEY"), "\(missing)")
        let result = try workspace.command(["run", "graph.yaml"], environment: ["E2E_KEY": key])
        #expect(result.status == 3, "\(result)")
        #expect(!result.description.contains(key))
        let runs = workspace.folder.file("runs")
        for name in try FileManager.default.subpathsOfDirectory(atPath: runs) {
            guard let data = FileManager.default.contents(atPath: "\(runs)/\(name)") else { continue }
            #expect(data.range(of: Data(key.utf8)) == nil, "\(name)")
        }
    }

    /// `hard_samples` has the columns of the source: another graph reads it as it is.
    @Test func hardSamplesAreASource() throws {
        let workspace = try Workspace(
            graph: Graphs.plain.replacingOccurrences(of: "evidence: [rules.reason]", with: "hard: true"))
        try workspace.folder.write("lines.jsonl", lines(["a good text", "no", "me", "another text"]))
        try workspace.run()
        let run = try workspace.runFolder()
        try workspace.folder.write(
            "again.yaml",
            """
            fastdistill: 1
            name: again
            plugins: {canonical: ^1.0}
            source:
              files: [runs/\(run.runID)/artifacts/hard_samples/shard-00000.parquet]
              columns: {text: utf8, hard: "struct<node: utf8, code: utf8, evidence: utf8?>"}
              task_id: {column: task_id}
              row_id: {column: row_id}
            nodes:
              - {id: canonical, use: canonical/canonicalize}

            """)
        let again = try workspace.command(["run", "again.yaml", "--runs", "läufe von heute"])
        #expect(again.status == 0, "\(again)")
        let rows = try workspace.runFolder(in: "läufe von heute").query(
            "SELECT task_id, row_id, ordinal, text, hard.code AS code FROM stage", stage: "distilled")
        #expect(
            rows == [
                ["task_id": "lines", "row_id": "lines.jsonl:2", "ordinal": 0, "text": "no", "code": "too_short"],
                ["task_id": "lines", "row_id": "lines.jsonl:3", "ordinal": 1, "text": "me", "code": "too_short"],
            ])
    }
}
