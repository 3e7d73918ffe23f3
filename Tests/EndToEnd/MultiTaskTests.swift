import Blocking
import DataPlane
import Foundation
import Testing

/// Rows of several tasks in one graph: one set of artifacts, books for each task.
@Suite(.blocking) struct MultiTaskTests {
    private static let example = Package.root + "/Examples/multi-task"

    /// Runs the example's graph on those of its rows that a condition picks.
    private static func run(_ isWanted: (String) -> Bool = { _ in true }) throws -> RunFolder {
        try ExampleTests.requireDemoDatabase()
        try MathWord.require()
        let graph = try Package.text("Examples/multi-task/graph.yaml")
            .replacingOccurrences(of: "../demo", with: Package.root + "/Examples/demo")
        let workspace = try Workspace(graph: graph)
        for name in ["providers.yaml", "replies.jsonl", "solved.jsonl"] {
            try workspace.folder.write(name, try Package.text("Examples/multi-task/\(name)"))
        }
        let rows = try Package.text("Examples/multi-task/tasks.jsonl").split(separator: "\n").map(String.init)
        try workspace.folder.write("tasks.jsonl", rows.filter(isWanted).map { $0 + "\n" }.joined())
        try workspace.run()
        return try workspace.runFolder()
    }

    private static func kept(_ run: RunFolder) throws -> [JSONValue] {
        try run.query("SELECT task_id, row_id, sample_id, candidate FROM stage ORDER BY row_id", stage: "distilled")
    }

    @Test func theBooksOfTheTasksAddUpToThoseOfTheRun() throws {
        let run = try Self.run()
        let quality = try run.quality
        let tasks = try #require(quality["tasks"]?.object)
        #expect(tasks.map(\.0) == ["", "mathword", "riddle", "text2sql"])
        for name in ["kept", "deferred", "not_selected", "rejected", "duplicate"] {
            let sum = tasks.reduce(0) { $0 + ($1.1["outcomes"]?[name]?.int ?? -1) }
            #expect(sum == quality["outcomes"]?[name]?.int, "\(name)")
        }
        #expect(tasks.allSatisfy { $0.1["balanced"]?.bool == true })
        // Counted again from the artifacts.
        let rows = try run.query("SELECT task_id, count(*) AS n FROM stage GROUP BY 1 ORDER BY 1", stage: "distilled")
        #expect(rows.map { $0["task_id"]?.string } == ["mathword", "text2sql"])
        for row in rows {
            let task = row["task_id"]?.string ?? ""
            #expect(quality["tasks"]?[task]?["outcomes"]?["kept"] == row["n"], "\(task)")
        }
        let verdicts = try run.query(
            "SELECT count(*) AS n FROM stage WHERE answer_verdict.verdict = 'ok'", stage: "distilled")
        #expect(verdicts == [["n": 16]])
        #expect(quality["tasks"]?["mathword"]?["verdicts"]?["query_verdict"] == nil)
        #expect(
            quality["tasks"]?["text2sql"]?["verdicts"] == ["query_verdict": ["ok": 16, "undecidable": 3, "wrong": 7]])
    }

    /// Ids, hashes and counts, as plain Python computes them; the rows of one of the tasks have no schema.
    @Test func theIdsOfBothTasksAreThoseThatPythonComputes() throws {
        let run = try Self.run()
        let checked = try Oracle.run("Tests/Oracles/check_run.py", [run.path])
        #expect(try JSONParser().parse(checked)["ids"]?.int == 28)
    }

    @Test func aTaskComesToTheSameBesideAnother() throws {
        let together = try Self.kept(try Self.run())
        var apart: [JSONValue] = []
        for task in ["mathword", "text2sql"] {
            apart += try Self.kept(try Self.run { $0.contains("\"task\": \"\(task)\"") })
        }
        #expect(together.count == 28)
        #expect(together == apart)
    }

    @Test func onlyTheFirstTwentyTasksAreOnTheTerminal() throws {
        let workspace = try Workspace(
            graph: """
                fastdistill: 1
                name: tasks
                plugins: {canonical: ^1.0}
                source: {files: [lines.jsonl], columns: {text: utf8}, task_id: {column: task}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize}

                """)
        let rows = (10..<33).map { "{\"task\": \"t\($0)\", \"text\": \"a\"}\n" }
        try workspace.folder.write("lines.jsonl", rows.joined() + rows[0])
        let result = try workspace.command(["run", "graph.yaml", "--quiet"])
        #expect(result.status == 0, "\(result)")
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("  task ") }
        #expect(lines.count == 20, "\(result)")
        #expect(
            result.output.contains(
                "  task t10: 2 rows: 2 kept, 0 deferred, 0 not_selected, 0 rejected, 0 duplicate\n"
                    + "  task t11: 1 row: 1 kept, 0 deferred, 0 not_selected, 0 rejected, 0 duplicate\n"), "\(result)")
        #expect(
            result.output.contains(
                "  task t29: 1 row: 1 kept, 0 deferred, 0 not_selected, 0 rejected, 0 duplicate\n  and 3 more tasks, see "
            ), "\(result)")
    }
}
