import Blocking
import DataPlane
import Foundation
import Testing

/// What was released still works: Tests/Fixtures/Released has the sources of each release, which are built here.
@Suite(.blocking) struct ReleasedTests {
    static let folder = Package.root + "/Tests/Fixtures/Released"
    static let releases = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/Package.swift") }.sorted()

    /// Has a graph ask for the very versions of a release: today's lie beside the program, and its ranges allow them too.
    private static func pinPlugins(of graph: String, to sources: String) throws {
        var text = try String(contentsOfFile: graph, encoding: .utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: sources + "/Plugins") {
            let entry = try String(contentsOfFile: "\(sources)/Plugins/\(name)/Sources/Entry.swift", encoding: .utf8)
            let plugin = try #require(entry.firstMatch(of: #/id: "(\w+)", version: "([\d.]+)"/#))
            text.replace("  \(plugin.1): ^1.0\n", with: "  \(plugin.1): \(plugin.2)\n")
        }
        #expect(!text.contains(": ^1.0"))
        try text.write(toFile: graph, atomically: true, encoding: .utf8)
    }

    @Test func noReleaseIsForgotten() throws {
        let changelog = try Package.text("CHANGELOG.md")
        let released = changelog.matches(of: #/\n## (\d+\.\d+\.\d+)/#).map { String($0.1) }
        #expect(!Self.releases.isEmpty && Self.releases == released.sorted())
    }

    /// The demo of that time, with the plugins and the recorded replies of that time, run by today's host.
    @Test(arguments: releases)
    func itsPluginsRunAndComeToItsResults(release: String) throws {
        let sources = "\(Self.folder)/\(release)"
        let scratch = "\(Package.root)/.build/released/\(release)"
        let built = try shell(["swift", "build", "--package-path", sources, "--scratch-path", scratch])
        try #require(built.status == 0, "\(built)")
        let folder = try TemporaryFolder()
        for name in ["configs", "Examples"] {
            try FileManager.default.copyItem(atPath: "\(sources)/\(name)", toPath: folder.file(name))
        }
        try Self.pinPlugins(of: folder.file("configs/text2sql.yaml"), to: sources)
        let made = try shell([Package.python, folder.file("Examples/demo/make_database.py")])
        try #require(made.status == 0, "\(made)")
        let result = try shell(
            [
                Package.executable, "run", "configs/text2sql.yaml", "--quiet", "--run-id", "released", "--plugin-path",
                "\(scratch)/debug",
            ], directory: folder.path)
        #expect(result.status == 0, "\(result)")
        let run = RunFolder(path: folder.file("runs/released"), in: folder)
        let loaded = try #require(try run.record["plugins"]?.array)
        for plugin in loaded {
            let id = try #require(plugin["id"]?.string)
            let file = "\(scratch)/debug/libfastdistill-plugin-\(id).so"
            #expect(try shell(["sha256sum", file]).output.prefix(64) == plugin["sha256"]?.string ?? "")
        }
        #expect(loaded.count == 4)
        let expected = try json("\(sources)/expected.json")
        for part in ["outcomes", "rejected_by_code", "verdicts", "facets"] {
            #expect(try run.quality[part] == expected[part])
        }
        let distilled = try json(run.path + "/manifests/distilled/shard-00000.json")
        #expect(distilled["count"] == expected["distilled"]?["count"])
        // A column that a later host adds is no difference; one that is gone or has other values is.
        for (column, hash) in try #require(expected["distilled"]?["field_hash"]?.object) {
            #expect(distilled["field_hash"]?[column] == hash, "\(column)")
        }
        let verified = try shell([Package.executable, "verify", run.path])
        #expect(verified.status == 0, "\(verified)")
    }

    @Test(arguments: releases)
    func aPluginInCThatWasBuiltWithItsHeadersRuns(release: String) throws {
        let workspace = try Workspace(
            graph: """
                fastdistill: 1
                name: words
                plugins: {words: ^1.0}
                source: {files: [lines.jsonl], columns: {text: utf8}, task_id: lines}
                nodes:
                  - {id: count, use: words/count, artifact: counts}
                """)
        try workspace.folder.write("lines.jsonl", lines(["one", "one two three"]))
        try workspace.folder.write("plugins/none", "")
        let sources = "\(Self.folder)/\(release)"
        let built = try shell([
            "clang", "-std=c11", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", "-shared",
            "-I\(sources)/Sources/PluginABI/include", "\(sources)/Examples/plugin-in-c/word_count.c", "-o",
            workspace.folder.file("plugins/words.so"),
        ])
        try #require(built.status == 0, "\(built)")
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 0, "\(result)")
        let rows = try workspace.runFolder().query("SELECT count.n AS n FROM stage ORDER BY ordinal", stage: "counts")
        #expect(rows == [["n": 1], ["n": 3]])
    }

    /// Its declarations, without comments, are all among today's, in their order: what is new may only stand between.
    @Test(arguments: releases)
    func itsHeadersStillStandInTodaysWordForWord(release: String) throws {
        let declarations = { (root: String) in
            let include = "\(root)/Sources/PluginABI/include"
            let result = try shell(["clang", "-E", "-P", "-I\(include)", "\(include)/fastdistill/plugin.h"])
            try #require(result.status == 0, "\(result)")
            return result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let macros = { (root: String) in
            let include = "\(root)/Sources/PluginABI/include"
            let result = try shell(["clang", "-E", "-dM", "-I\(include)", "\(include)/fastdistill/plugin.h"])
            return Set(result.output.split(separator: "\n").filter { $0.contains("FASTDISTILL_") })
        }
        var rest = try declarations(Package.root)[...]
        for line in try declarations("\(Self.folder)/\(release)") {
            let place = try #require(rest.firstIndex(of: line), "gone or changed: \(line)")
            rest = rest[rest.index(after: place)...]
        }
        #expect(try macros("\(Self.folder)/\(release)").isSubset(of: macros(Package.root)))
    }
}
