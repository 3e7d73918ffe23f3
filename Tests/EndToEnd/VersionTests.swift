import Blocking
import DataPlane
import Foundation
import Testing

/// Versions of plugins: two in one graph, the lock, and an upgrade while a run is under way.
@Suite(.blocking) struct VersionTests {
    /// `echo` in versions 1.0.0 and 2.0.0, which find texts of more than 3 and of more than 5 bytes good.
    private static func workspace(_ graph: String, texts: [String] = ["one", "three", "eleven"]) throws -> Workspace {
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(texts))
        for (version, bytes) in [("1.0.0", 3), ("2.0.0", 5)] { try install(version, bytes, in: workspace) }
        return workspace
    }

    private static func install(_ version: String, _ bytes: Int, as file: String? = nil, in workspace: Workspace) throws
    {
        let built = try TemporaryFolder()
        try FixturePlugin.compile(
            "verdicts", into: built, defines: ["VERSION": "\"\(version)\"", "LONGER_THAN": "\(bytes)"])
        let library = try Data(contentsOf: URL(filePath: built.file("verdicts.so")))
        // A new file under the name, as a package manager makes one.
        let path = workspace.folder.file("plugins/\(file ?? version).so")
        try? FileManager.default.removeItem(atPath: path)
        try workspace.folder.write("plugins/\(file ?? version).so", library)
    }

    private static func graph(_ plugins: String, nodes: String) -> String {
        """
        fastdistill: 1
        name: versions
        plugins: {\(plugins)}
        source: {files: [lines.jsonl], columns: {text: utf8}, task_id: lines}
        nodes:
        \(nodes)
        """
    }

    private static let both = graph(
        "echo@old: ^1.0, echo@new: ^2.0",
        nodes: """
              - {id: before, use: echo@old/copy}
              - {id: after, use: echo@new/copy, artifact: verdicts}
            """)

    @Test func twoVersionsJudgeTheSameRowsAndBothAreInTheReport() throws {
        let workspace = try Self.workspace(Self.both)
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 0, "\(result)")
        let run = try workspace.runFolder()
        let rows = try run.query(
            "SELECT text, before.copy AS old, after.copy AS new FROM stage ORDER BY ordinal", stage: "verdicts")
        #expect(
            rows == [
                ["text": "one", "old": "wrong", "new": "wrong"], ["text": "three", "old": "ok", "new": "wrong"],
                ["text": "eleven", "old": "ok", "new": "ok"],
            ])
        #expect(
            try run.quality["verdicts"] == ["after": ["ok": 1, "wrong": 2], "before": ["ok": 2, "wrong": 1]])
        #expect(result.output.contains("candidates at before: 2 ok, 1 wrong"), "\(result)")
        #expect(result.output.contains("candidates at after: 1 ok, 2 wrong"), "\(result)")
        let plugins = try #require(try run.record["plugins"]?.array)
        #expect(plugins.map { $0["name"]?.string } == ["echo@old", "echo@new"])
        #expect(plugins.map { $0["version"]?.string } == ["1.0.0", "2.0.0"])
        let explained = try workspace.command(["explain", "graph.yaml", "--plugin-path", "plugins"])
        #expect(explained.output.contains("use echo@new/copy 2.0.0"), "\(explained)")
    }

    @Test func twoVersionsInTheHostAreRefused() throws {
        let workspace = try Self.workspace(
            Self.both.replacingOccurrences(of: "/copy", with: "/copy, isolation: inline"))
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 2)
        #expect(
            result.errors == """
                graph.yaml:7:48: error: node 'after' runs plugin 'echo' 2.0.0 with isolation 'inline', and node 'before' \
                runs 1.0.0 of it so; one process can hold only one version of a plugin: use isolation 'worker' for one of \
                them
                  - {id: after, use: echo@new/copy, isolation: inline, artifact: verdicts}
                                                               ^

                """)
    }

    @Test func aLockKeepsBothAndIsUpdatedOnRequest() throws {
        let workspace = try Self.workspace(Self.both)
        let command = FaultyPluginTests.run
        #expect(try workspace.command(command).status == 0)
        let lock = { try json(workspace.folder.file("graph.yaml.lock"))["plugins"]?.array ?? [] }
        let first = try lock()
        #expect(first.map { $0["label"]?.string } == ["new", "old"])
        #expect(first.map { $0["version"]?.string } == ["2.0.0", "1.0.0"])

        // A newer version is taken, but not by a run that is locked; the lock stays as it is.
        try Self.install("2.1.0", 4, in: workspace)
        let newer = try workspace.command(command)
        #expect(newer.status == 0)
        #expect(
            newer.errors == """
                warning: the plugins are not those of the lock file: echo@new 2.0.0 is now 2.1.0; run with --locked to \
                take its plugins, or with --update-lock to lock these

                """)
        let locked = try workspace.command(command + ["--locked"])
        #expect(locked.status == 0 && locked.errors == "", "\(locked)")
        #expect(try lock() == first)
        let runs = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.file("runs"))
        #expect(runs.filter { $0.hasPrefix("versions-") }.count == 2, "the locked run is the first one: \(runs)")

        // The newest one for both, written anew on request; nothing else writes it.
        let validated = try workspace.command(["validate", "graph.yaml", "--plugin-path", "plugins", "--update-lock"])
        #expect(validated.status == 0 && validated.errors == "", "\(validated)")
        #expect(try lock().map { $0["version"]?.string } == ["2.1.0", "1.0.0"])
        let quiet = try workspace.command(command + ["--update-lock"])
        #expect(quiet.status == 0 && quiet.errors == "", "\(quiet)")

        // The same version with other bytes stops a locked run.
        try Self.install("1.0.0", 9, in: workspace)
        let changed = try workspace.command(command + ["--locked"])
        #expect(changed.status == 2)
        #expect(
            changed.errors.contains("error: the lock file 'graph.yaml.lock' has version 1.0.0 (sha256 "), "\(changed)")
        #expect(changed.errors.contains("of the plugin 'echo@old', which is not installed; installed: 1.0.0 (sha256 "))
        #expect(changed.errors.contains("; install it, or run with --update-lock to lock what is installed\n"))
    }

    @Test func lockedAndUpdateLockExcludeEachOther() throws {
        let workspace = try Self.workspace(Self.both)
        let result = try workspace.command(FaultyPluginTests.run + ["--locked", "--update-lock"])
        #expect(result.status == 2)
        #expect(
            result.errors.hasPrefix(
                "Error: Value to be set with flag '--update-lock' had already been set with flag '--locked'\n"),
            "\(result)")
    }

    @Test func aLockThatIsDamagedIsOnlyInTheWayOfALockedRun() throws {
        let workspace = try Self.workspace(Self.both)
        try workspace.folder.write("graph.yaml.lock", "{}")
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 0)
        #expect(
            result.errors
                == "warning: the plugins are not locked: 'graph.yaml.lock' is not a lock file of version 1; run "
                + "with --update-lock to write it anew\n")
        #expect(try workspace.command(FaultyPluginTests.run + ["--locked"]).status == 2)
        #expect(try workspace.command(FaultyPluginTests.run + ["--update-lock"]).errors == "")
        #expect(try workspace.command(FaultyPluginTests.run + ["--locked"]).status == 0)
    }

    /// The installed file is overwritten in place, which takes the ground from under whoever has it mapped, then the worker
    /// has to be started anew. The run uses its own copy.
    @Test func anUpgradeOnDiskDoesNotDisturbTheRun() throws {
        let (workspace, host) = try WorkerTests.waiting()
        let installed = workspace.folder.file("plugins/waits_for_file.so")
        let handle = try FileHandle(forWritingTo: URL(filePath: installed))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data("a new version, half of it".utf8))
        try handle.close()
        for worker in try WorkerTests.workers(of: host) { kill(worker, SIGKILL) }
        try workspace.folder.write("go", "")
        let result = try host.wait()
        #expect(result.status == 0, "\(result)")
        try WorkerTests.expectAllKept(workspace)
        let copies = try FileManager.default.contentsOfDirectory(atPath: try workspace.runFolder().path + "/plugins")
        let sha256 = try #require(try workspace.runFolder().record["plugins"]?.array?.first?["sha256"]?.string)
        #expect(copies == ["echo-1.0.0-\(sha256.prefix(12)).so"])
    }

    @Test func aDamagedCopyIsMadeAnew() throws {
        let workspace = try Self.workspace(Self.both)
        #expect(try workspace.command(FaultyPluginTests.run).status == 0)
        let run = try workspace.runFolder()
        let folder = run.path + "/plugins"
        let copies = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(copies.count == 2)
        for copy in copies { try Data("not any more".utf8).write(to: URL(filePath: "\(folder)/\(copy)")) }
        let before = try run.replayable
        try FileManager.default.removeItem(atPath: run.path + "/artifacts")
        try FileManager.default.removeItem(atPath: run.path + "/manifests")
        let again = try workspace.command(FaultyPluginTests.run)
        #expect(again.status == 0, "\(again)")
        #expect(try run.replayable == before)
    }
}
