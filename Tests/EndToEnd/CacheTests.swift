import Blocking
import DataPlane
import Foundation
import Testing

/// `fastdistill cache`: what the store of recorded replies holds, and how to make it smaller.
@Suite(.blocking) struct CacheTests {
    /// Two runs over one store, of 12 and of 3 questions with two candidates, one of which is refused.
    private static func workspace() throws -> Workspace {
        let workspace = try ProviderTests.workspace()
        let server = try ProviderTests.server(
            workspace, faults: #"{"Question 2?": [{"status": 400, "body": {"error": "no"}}]}"#)
        try workspace.writeProviders(url: server.url)
        try workspace.run()
        try workspace.folder.write("lines.jsonl", lines(["Question 1?", "Question 2?", "Another one?"]))
        try workspace.run(["--run-id", "small"])
        return workspace
    }

    private static func stats(_ workspace: Workspace) throws -> [String] {
        let result = try workspace.command(["cache", "stats"])
        #expect(result.status == 0, "\(result)")
        return result.output.split(separator: "\n").map(String.init).map { line in
            line.replacing(#/[0-9.]+ MiB/#, with: "SIZE").replacing(#/-[0-9a-f]{12}/#, with: "-HASH")
        }
    }

    @Test func statisticsCountByProviderModelAndRun() throws {
        let workspace = try Self.workspace()
        let stats = try Self.stats(workspace)
        #expect(
            stats == [
                "runs/replies.sqlite: 24 replies, 2 refusals, SIZE",
                "  provider teacher, model teacher-model: 24 replies, 2 refusals, 120 completion tokens",
                "  run small has used 6", "  run small-HASH has used 24",
            ])
    }

    @Test func whatNoRunUsesIsRemovedAndWhatIsUsedStays() throws {
        let workspace = try Self.workspace()
        let large = try workspace.folder.names(in: "runs").filter { $0.hasPrefix("small-") }
        try FileManager.default.removeItem(atPath: workspace.folder.file("runs/\(large[0])"))
        let prune = ["cache", "prune", "--unused-by", "runs"]
        let dry = try workspace.command(prune + ["--dry-run"])
        #expect(dry.output == "runs/replies.sqlite: would remove 20 replies and 0 refusals\n", "\(dry)")
        #expect(try Self.stats(workspace).count == 4)
        let result = try workspace.command(prune)
        #expect(result.output == "runs/replies.sqlite: removed 20 replies and 0 refusals\n", "\(result)")
        let stats = try Self.stats(workspace)
        #expect(
            stats == [
                "runs/replies.sqlite: 4 replies, 2 refusals, SIZE",
                "  provider teacher, model teacher-model: 4 replies, 2 refusals, 20 completion tokens",
                "  run small has used 6",
            ])
    }

    @Test func refusalsAndModelsCanBeRemovedAlone() throws {
        let workspace = try Self.workspace()
        let refusals = try workspace.command(["cache", "prune", "runs/replies.sqlite", "--refusals"])
        #expect(refusals.output == "runs/replies.sqlite: removed 0 replies and 2 refusals\n", "\(refusals)")
        let other = try workspace.command(["cache", "prune", "--model", "another"])
        #expect(other.output == "runs/replies.sqlite: removed 0 replies and 0 refusals\n", "\(other)")
        let all = try workspace.command(["cache", "prune", "--model", "teacher-model", "--provider", "teacher"])
        #expect(all.output == "runs/replies.sqlite: removed 24 replies and 0 refusals\n", "\(all)")
        #expect(try Self.stats(workspace)[0] == "runs/replies.sqlite: 0 replies, 0 refusals, SIZE")
    }

    @Test func whatCannotBeDoneIsSaid() throws {
        let workspace = try Workspace(graph: "")
        let cases: [([String], Int32, String)] = [
            (
                ["cache", "prune"], 2,
                "error: say what is to go: --provider, --model, --refusals, --unused-by, or several of them\n"
            ),
            (
                ["cache", "prune", "--unused-by", "."], 2,
                "error: the folder '.' holds no run, so everything would go; name the folder of the runs\n"
            ),
            (["cache", "prune", "--unused-by", "nowhere"], 2, "error: there is no folder of runs 'nowhere'\n"),
            (
                ["cache", "stats", "none.sqlite"], 2,
                "error: there is no reply store 'none.sqlite'; name that of your runs\n"
            ),
            (
                ["cache", "stats", "folder"], 1,
                "error: 'folder' is not a reply store of this version; name another file for the replies\n"
            ),
            (
                ["cache", "prune", "--refusals", "empty.sqlite"], 1,
                "error: 'empty.sqlite' is not a reply store of this version; name another file for the replies\n"
            ),
            (
                ["cache", "stats", "graph.sqlite"], 1,
                "error: 'graph.sqlite' is no SQLite database; if it is another file, name the reply store; if it was "
                    + "the reply store, move it away together with 'graph.sqlite-wal' and 'graph.sqlite-shm': the next run "
                    + "asks again for what it held\n"
            ),
        ]
        try workspace.folder.write("empty.sqlite", "")
        try FileManager.default.createDirectory(
            atPath: workspace.folder.file("folder"), withIntermediateDirectories: false)
        try workspace.folder.write("graph.sqlite", String(repeating: "not a database. ", count: 100))
        for (arguments, status, errors) in cases {
            let result = try workspace.command(arguments)
            #expect(result.status == status && result.errors == errors, "\(arguments): \(result)")
        }
        #expect(
            try Data(contentsOf: URL(filePath: workspace.folder.file("empty.sqlite"))).isEmpty, "looking made a store")
    }
}

extension TemporaryFolder {
    /// What lies in a folder inside.
    func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(name)).sorted()
    }
}
