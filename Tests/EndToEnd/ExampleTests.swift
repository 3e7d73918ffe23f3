import Blocking
import Foundation
import Testing

/// The examples and the README do what they say.
@Suite(.blocking) struct ExampleTests {
    /// Names of runs hold a hash of the plugins' bytes, which differ from build to build, and so does the program's place.
    static func withoutHash(_ text: String) -> String {
        text.replacing(#/-[0-9a-f]{12}/#, with: "-HASH")
            .replacingOccurrences(of: Package.executable, with: "fastdistill")
            .replacingOccurrences(of: ".build/release/fastdistill", with: "fastdistill")
    }

    /// Made once, however many tests need it.
    private static let demoDatabase = Result { try shell([Package.python, "Examples/demo/make_database.py"]) }

    static func requireDemoDatabase() throws {
        let made = try demoDatabase.get()
        try #require(made.status == 0, "\(made)")
    }

    /// Runs a graph of the package, as the README does, but with the runs elsewhere.
    ///
    /// The lock file that a first run writes beside its graph names this build's plugins, not those of `make demo`: it goes.
    private static func run(_ graph: String, arguments: [String] = []) throws -> String {
        let folder = try TemporaryFolder()
        let lock = "\(Package.root)/\(graph).lock"
        let isLocked = FileManager.default.fileExists(atPath: lock)
        defer { if !isLocked { try? FileManager.default.removeItem(atPath: lock) } }
        let result = try shell(
            [Package.executable, "run", graph, "--runs", folder.file("runs"), "--quiet"] + arguments)
        #expect(result.status == 0, "\(result)")
        return result.output.replacingOccurrences(of: folder.file("runs"), with: "runs")
    }

    @Test func theSmallestGraphIsAsTheReadmePrintsIt() throws {
        let readme = try Package.text("README.md")
        #expect(readme.contains("```yaml\n" + (try Package.text("Examples/smallest/graph.yaml")) + "```"))
        let output = try Self.run("Examples/smallest/graph.yaml")
        #expect(Self.withoutHash(readme).contains(Self.withoutHash(output)), "\(output)")
    }

    @Test func theDemoEndsAsTheReadmePrintsIt() throws {
        try Self.requireDemoDatabase()
        let output = try Self.run("configs/text2sql.yaml")
        #expect(Self.withoutHash(try Package.text("README.md")).contains(Self.withoutHash(output)), "\(output)")
    }

    @Test func theAuditOfTheDemosGoldQueriesFindsTheTwoThatFail() throws {
        try Self.requireDemoDatabase()
        let output = try Self.run("configs/audit_gold.yaml")
        #expect(
            output.contains("168 rows: 135 kept, 0 deferred, 0 not_selected, 33 rejected, 0 duplicate"), "\(output)")
        #expect(output.contains("30 no_gold\n    2 broken_gold\n    1 malformed_row\n"), "\(output)")
    }

    @Test func theGraphOfTwoTasksEndsAsItsReadmePrintsIt() throws {
        try Self.requireDemoDatabase()
        try MathWord.require()
        let output = try Self.run("Examples/multi-task/graph.yaml")
        let readme = try Package.text("Examples/multi-task/README.md")
        #expect(Self.withoutHash(readme).contains(Self.withoutHash(output)), "\(output)")
    }

    /// What one graph leaves doubtful is the source of the next, and what is doubtful even then could be that of a third.
    @Test func theHardSamplesOfOneGraphAreTheSourceOfTheNext() throws {
        try Self.requireDemoDatabase()
        let example = "Examples/hard-samples"
        let folder = try TemporaryFolder()
        for name in ["first_look.yaml", "second_look.yaml", "providers.yaml", "tasks.jsonl", "replies.jsonl"] {
            let text = try Package.text("\(example)/\(name)")
                .replacingOccurrences(of: "../demo", with: Package.root + "/Examples/demo")
            try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
        }
        let readme = Self.withoutHash(try Package.text("\(example)/README.md"))
        for (graph, run) in [("first_look", "first"), ("second_look", "second")] {
            let result = try shell([
                Package.executable, "run", folder.file("\(graph).yaml"), "--runs", folder.file("runs"), "--run-id", run,
                "--quiet",
            ])
            #expect(result.status == 0, "\(result)")
            let output = Self.withoutHash(result.output).replacingOccurrences(of: folder.path, with: example)
            #expect(readme.contains(output), "\(output)")
            let verified = try shell([Package.executable, "verify", folder.file("runs/\(run)")])
            #expect(verified.status == 0, "\(verified)")
        }
        let evidence = try shell([
            Package.python, "\(example)/show_evidence.py", folder.file("runs/first/artifacts/hard_samples"),
        ])
        #expect(evidence.status == 0, "\(evidence)")
        #expect(readme.contains(evidence.output), "\(evidence.output)")
        let again = try shell([
            Package.python, "\(example)/show_evidence.py", folder.file("runs/second/artifacts/hard_samples"),
        ])
        #expect(again.output.hasPrefix("hs-7 "), "\(again)")
    }

    /// The replies of the example are those that its README says were written by hand.
    @Test func theRepliesOfTheGraphOfTwoTasksAreThoseWrittenByHand() throws {
        let recorded = try jsonLines(Package.root + "/Examples/multi-task/replies.jsonl").compactMap {
            $0["text"]?.string
        }
        let written = try jsonLines(Package.root + "/Examples/multi-task/answers.jsonl").flatMap { line in
            (line["replies"]?.array ?? []).compactMap { $0.string ?? $0["text"]?.string }
        }
        #expect(recorded.sorted() == written.sorted())
    }

    @Test func theDemosTasksHoldTheDirtThatItsReadmeCounts() throws {
        try Self.requireDemoDatabase()
        let checked = try shell([Package.python, "Examples/demo/check_tasks.py"])
        #expect(checked.status == 0, "\(checked)")
    }

    @Test func thePluginInCBuildsPassesItsCheckAndRuns() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: Package.root + "/Examples/plugin-in-c", toPath: folder.file("c"))
        let made = try shell(
            ["make", "--no-print-directory", "check", "INCLUDE=\(Package.root)/Sources/PluginABI/include"],
            directory: folder.file("c"))
        #expect(made.status == 0 && made.output.hasSuffix("words/count works\n"), "\(made)")
        let output = try Self.run(folder.file("c/graph.yaml"), arguments: ["--plugin-path", folder.file("c")])
        #expect(output.contains("4 rows: 2 kept"))
        #expect(output.contains("2 too_few_words"))
    }

    @Test func thePluginOutOfTreePassesItsTestsAndRuns() throws {
        let folder = try TemporaryFolder()
        let example = "Examples/plugin-out-of-tree"
        let tested = try ChildProcess(
            ["swift", "test", "--package-path", example, "--scratch-path", folder.file("build")],
            environment: ["FASTDISTILL": Package.executable], directory: Package.root
        ).wait()
        try #require(tested.status == 0, "\(tested)")
        #expect(tested.output.contains("\"Shout does all that a host relies on\" passed"), "\(tested)")
        let output = try Self.run(
            example + "/graph.yaml", arguments: ["--plugin-path", folder.file("build/debug")])
        #expect(output.contains("4 rows: 3 kept"))
        #expect(output.contains("1 too_long"))
    }

    @Test(arguments: ["canonical", "rules", "text2sql", "judge", "prompt", "mathword"])
    func theReferencePageIsWhatThePluginSays(plugin: String) throws {
        try MathWord.require()
        let shown = try shell([Package.executable, "plugins", "show", plugin])
        #expect(
            try Package.text("Docs/reference/plugins/\(plugin).md") == shown.output,
            "stale; write it with: make reference")
    }
}
