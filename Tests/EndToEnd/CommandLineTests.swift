import Blocking
import DataPlane
import Foundation
import Testing

/// What the commands say, to the letter, and how they end.
@Suite(.blocking) struct CommandLineTests {
    static let graph = Graphs.plain

    static func workspace(_ graph: String = graph) throws -> Workspace {
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(["one text", "another text"]))
        return workspace
    }

    /// Runs a command and expects exactly these errors.
    static func expect(
        _ workspace: Workspace, _ arguments: [String], status: Int32, errors: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try workspace.command(arguments)
        #expect(result.status == status, sourceLocation: sourceLocation)
        #expect(result.errors == errors, sourceLocation: sourceLocation)
        #expect(result.output == "", sourceLocation: sourceLocation)
    }

    // MARK: Help and usage

    @Test(arguments: [
        [], ["run"], ["validate"], ["explain"], ["verify"], ["plugins"], ["plugins", "list"], ["plugins", "show"],
        ["plugins", "why"], ["plugins", "check"], ["replies"], ["replies", "export"], ["schema"], ["cache"],
        ["cache", "stats"], ["cache", "prune"], ["new"], ["new", "plugin"],
    ])
    func everyCommandHasHelp(_ command: [String]) throws {
        let workspace = try Self.workspace()
        let result = try workspace.command(command + ["--help"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        let usage = (["USAGE: fastdistill"] + command).joined(separator: " ")
        #expect(result.output.hasPrefix("OVERVIEW: ") && result.output.contains(usage), "\(result)")
    }

    @Test func theHelpListsTheCommandsAndTheExitStatus() throws {
        let result = try Self.workspace().command(["--help"])
        for command in ["run", "validate", "explain", "verify", "plugins", "replies", "new"] {
            #expect(result.output.contains("\n  \(command)  "), "\(command)")
        }
        let text = result.output.replacingOccurrences(of: "\n", with: " ")
        #expect(
            text.contains(
                "Exit status: 0 done, 1 internal error, 2 usage or invalid graph, 3 rows deferred (run again),"))
    }

    @Test(arguments: [
        (["frobnicate"], "Error: Unexpected argument 'frobnicate'\n"),
        (["run"], "Error: Missing expected argument '<graph.yaml>'\n"),
        (["run", "graph.yaml", "--hurriedly"], "Error: Unknown option '--hurriedly'\n"),
        (["verify"], "Error: Missing expected argument '<runs/<run_id>>'\n"),
    ])
    func aWrongCommandLineIsAUsageError(_ arguments: [String], _ error: String) throws {
        let result = try Self.workspace().command(arguments)
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix(error), "\(result)")
        #expect(result.errors.contains("\nUsage: fastdistill"), "\(result)")
        #expect(result.output == "")
    }

    // MARK: Graphs that cannot be read

    @Test(arguments: ["run", "validate", "explain"])
    func aGraphThatCannotBeReadIsNamed(_ command: String) throws {
        let workspace = try Self.workspace()
        try Self.expect(
            workspace, [command, "missing.yaml"], status: 2,
            errors: "error: cannot open 'missing.yaml': No such file or directory\n")
        try workspace.folder.write("empty.yaml", "")
        try Self.expect(
            workspace, [command, "empty.yaml"], status: 2, errors: "error: empty.yaml is empty; it must hold a map\n")
        try workspace.folder.write("latin.yaml", Data("name: caf\u{e9}\n".unicodeScalars.map { UInt8($0.value) }))
        try Self.expect(
            workspace, [command, "latin.yaml"], status: 2, errors: "error: latin.yaml is not UTF-8; save it as UTF-8\n")
        try Self.expect(
            workspace, [command, "."], status: 2, errors: "error: cannot read '.': Is a directory\n")
    }

    @Test func everyErrorOfAGraphHasItsPlace() throws {
        let workspace = try Self.workspace(
            Self.graph.replacingOccurrences(of: "text: utf8", with: "text: utf9")
                .replacingOccurrences(of: "code: too_short", with: "cod: too_short"))
        let result = try workspace.command(["run", "graph.yaml"])
        #expect(result.status == 2)
        let places = result.errors.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(places.count == 2, "\(result)")
        #expect(places.first?.hasPrefix("graph.yaml:6:19: error: ") == true, "\(result)")
        #expect(places.last?.hasPrefix("graph.yaml:14:63: error: unknown key 'cod'") == true, "\(result)")
        #expect(result.errors.contains("\n  columns: {text: utf9}\n                  ^\n"), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.file("runs")), "nothing was begun")
    }

    // MARK: Looking at a graph and at plugins

    @Test func explainPrintsNodesColumnsAndContracts() throws {
        let workspace = try Self.workspace()
        let text = try workspace.command(["explain", "graph.yaml"])
        #expect(text.status == 0)
        #expect(
            text.output.hasPrefix("graph small, shards of 4000 rows\n\nsource  jsonl\n  files     lines.jsonl\n"),
            "\(text)")
        #expect(text.output.contains("\n  adds      canonical.text: utf8 [canonical_input, contamination_key]\n"))
        let chart = try workspace.command(["explain", "graph.yaml", "--mermaid"])
        #expect(chart.status == 0)
        #expect(chart.output.hasPrefix("flowchart TD\n  source[(\"lines.jsonl\")]\n"), "\(chart)")
        let validation = try workspace.command(["validate", "graph.yaml"])
        #expect(validation.output == "graph.yaml: 4 nodes, 2 plugins, no errors\n")
        #expect(
            !FileManager.default.fileExists(atPath: workspace.folder.file("graph.yaml.lock")), "looking writes nothing")
    }

    @Test func pluginsAreListedAndShown() throws {
        let workspace = try Self.workspace()
        let list = try workspace.command(["plugins", "list"])
        #expect(list.status == 0)
        for step in ["canonical/canonicalize", "rules/check", "text2sql/execute", "judge/score"] {
            #expect(list.output.contains("\n    \(step)  "), "\(list)")
        }
        let page = try workspace.command(["plugins", "show", "rules/check"])
        #expect(page.status == 0)
        #expect(page.output.hasPrefix("## rules/check\n"), "\(page)")
        #expect(page.output.contains("| `min_characters` | "), "\(page)")
        try Self.expect(
            workspace, ["plugins", "show", "rulez"], status: 2,
            errors: "error: there is no plugin 'rulez'; did you mean 'rules'?\n")
        try Self.expect(
            workspace, ["plugins", "show", "rules/chek"], status: 2,
            errors: "error: the plugin 'rules' has no step 'chek'; did you mean 'check'?\n")
        try Self.expect(
            workspace, ["plugins", "list", "--plugin-path", "nowhere"], status: 2,
            errors:
                "error: there is no plugin folder '\(workspace.folder.path)/nowhere'; --plugin-path takes a folder\n")
    }

    @Test func whySaysWhatAFileIsAndLoadsNoOther() throws {
        let workspace = try FixturePlugin.workspace("good", texts: [])
        let folder = URL(filePath: workspace.folder.path).resolvingSymlinksInPath().path
        let good = try workspace.command(["plugins", "why", "plugins/good.so"])
        #expect(good.status == 0)
        #expect(good.output == "'\(folder)/plugins/good.so' is in use as plugin 'echo' 1.0.0.\n")
        try workspace.folder.write("plugins/text.so", "no library")
        let cache = workspace.folder.file("cache")
        let text = try workspace.command(["plugins", "why", "plugins/text.so"], environment: ["XDG_CACHE_HOME": cache])
        #expect(text.status == 2)
        #expect(text.output.hasPrefix("the plugin file '\(folder)/plugins/text.so' cannot be used: "), "\(text)")
        // What is loaded is remembered under its hash; the neighbour was not.
        let known = try FileManager.default.contentsOfDirectory(atPath: cache + "/fastdistill/plugins")
        let neighbour = try shell(["sha256sum", "\(folder)/plugins/good.so"]).output.prefix(64)
        #expect(known.count >= 4 && !known.contains("\(neighbour).json"), "\(known)")
        let missing = try workspace.command(["plugins", "why", "plugins/none.so"])
        #expect(missing.status == 2)
        #expect(missing.output == "There is no file '\(folder)/plugins/none.so'.\n")
    }

    // MARK: Runs

    @Test func aLockThatDoesNotFitIsRefused() throws {
        let workspace = try Self.workspace()
        let lockPath = workspace.folder.file("graph.yaml.lock")
        try Self.expect(
            workspace, ["run", "graph.yaml", "--locked"], status: 2,
            errors: "error: there is no lock file 'graph.yaml.lock'; run once without --locked to write it\n")
        try workspace.run()
        #expect(try workspace.run(["--locked"]).status == 0)
        let lock = try String(contentsOfFile: lockPath, encoding: .utf8)
        let locked = try #require(try json(lockPath)["plugins"]?.array?.first)
        let (id, sha256) = (try #require(locked["id"]?.string), try #require(locked["sha256"]?.string))
        let version = try #require(locked["version"]?.string)
        let other = String(repeating: "0", count: 64)
        try workspace.folder.write("graph.yaml.lock", lock.replacingOccurrences(of: sha256, with: other))
        for command in ["run", "validate"] {
            let result = try workspace.command([command, "graph.yaml", "--locked"])
            #expect(result.status == 2)
            #expect(
                result.errors == """
                    graph.yaml:3:22: error: the lock file 'graph.yaml.lock' has version \(version) (sha256 000000000000…) of \
                    the plugin '\(id)', which is not installed; installed: \(version) (sha256 \(sha256.prefix(12))…); install \
                    it, or run with --update-lock to lock what is installed
                    plugins: {canonical: ^1.0, rules: ^1.0, judge: ^1.0, text2sql: ^1.0}
                                         ^

                    """, "\(result)")
        }
        try FileManager.default.removeItem(atPath: lockPath)
        try workspace.run()
        #expect(try String(contentsOfFile: lockPath, encoding: .utf8) == lock)
    }

    @Test(arguments: ["run", "validate"])
    func whatOnlyTheStepCanJudgeIsFoundBeforeTheFirstRow(_ command: String) throws {
        let workspace = try Self.workspace(
            Graphs.plain.replacingOccurrences(of: "{min_characters: 3}", with: "{pattern: 'a(b'}"))
        let result = try workspace.command([command, "graph.yaml"])
        #expect(result.status == 2)
        let reason =
            "the step cannot be set up (option /pattern): Option `pattern` is not a POSIX extended regular expression: "
            + "`(` is not closed (character 2)."
        let version = try Package.text("Plugins/Rules/VERSION").dropLast()
        let graph = try String(contentsOfFile: workspace.folder.file("graph.yaml"), encoding: .utf8)
        let lines = graph.components(separatedBy: "\n")
        let line = try #require(lines.firstIndex { $0.contains("pattern:") })
        let column = lines[line].distance(
            from: lines[line].startIndex, to: try #require(lines[line].range(of: "'a(b'")).lowerBound)
        let indent = String(repeating: " ", count: column)
        #expect(
            result.errors == """
                graph.yaml:\(line + 1):\(column + 1): error: plugin 'rules' \(version), step 'check' (node 'rules'): \(reason)
                \(lines[line])
                \(indent)^

                """, "\(result)")
    }

    @Test func theNameOfARunIsNotGivenToAnotherContract() throws {
        let workspace = try Self.workspace()
        try workspace.run(["--run-id", "mine"])
        let first = try #require(try workspace.runFolder().record["contract_hash"]?.string)
        try workspace.folder.write(
            "graph.yaml", Self.graph.replacingOccurrences(of: "min_characters: 3", with: "min_characters: 4"))
        try workspace.run(["--run-id", "other"])
        let second = try #require(try json(workspace.folder.file("runs/other/run.json"))["contract_hash"]?.string)
        try Self.expect(
            workspace, ["run", "graph.yaml", "--run-id", "mine"], status: 2,
            errors: "error: the run 'mine' exists with another contract (\(first.prefix(12)), this one is "
                + "\(second.prefix(12))); give --run-id another name, or leave it out\n")
        for name in ["../mine", "", ".hidden", "a/b", String(repeating: "a", count: 201)] {
            try Self.expect(
                workspace, ["run", "graph.yaml", "--run-id", name], status: 2,
                errors:
                    "error: a run cannot be called '\(name.count > 60 ? name.prefix(59) + "…" : name)'; use up to 200 letters, "
                    + "digits, '-', '_' and '.', and do not begin with '.'\n")
        }
    }

    @Test func aSecondProcessOnARunIsRefusedAndTheFirstGoesOn() throws {
        let workspace = try Workspace(graph: Graphs.asking)
        try workspace.folder.write("lines.jsonl", lines(["held back"]))
        let server = try ChatServer(
            script: try workspace.folder.write("script.json", #"{"faults": {"held back": [{"hold": true}]}}"#))
        try workspace.writeProviders(url: server.url)
        let first = try workspace.start(["run", "graph.yaml", "--run-id", "one"])
        try first.waitUntil("the question is asked") { try server.counts().asked == 1 }
        try Self.expect(
            workspace, ["run", "graph.yaml", "--run-id", "one"], status: 2,
            errors: "error: another process is working on the run 'one'; wait for it or stop it\n")
        first.signalIfAlive(SIGKILL)
        #expect(try first.wait().isSignalled)
        // The lock went with the process.
        let server2 = try ChatServer(
            script: try workspace.folder.write("script.json", #"{"default": {"teacher-model": ["yes"]}}"#))
        try workspace.writeProviders(url: server2.url)
        try workspace.run(["--run-id", "one"])
    }

    /// Nothing is under way yet, so there is nothing to finish.
    @Test func aSignalBeforeTheRunEndsItAtOnce() throws {
        let workspace = try Self.workspace()
        #expect(mkfifo(workspace.folder.file("pipe.yaml"), 0o600) == 0)
        let process = try workspace.start(["run", "pipe.yaml"])
        var writer: Int32 = -1
        defer { close(writer) }
        // Only when the other end is open can this end be opened without waiting (fifo(7)).
        try process.waitUntil("it waits for its graph") {
            writer = open(workspace.folder.file("pipe.yaml"), O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            return writer >= 0
        }
        process.signalIfAlive(SIGINT)
        let result = try process.wait()
        #expect(result.status == 130 && !result.isSignalled, "\(result)")
        #expect(result.errors == "")
    }
}
