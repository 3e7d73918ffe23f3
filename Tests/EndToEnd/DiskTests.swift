import Blocking
import DataPlane
import Foundation
import Testing

/// A disk that is full, or cannot be written.
@Suite(.blocking) struct DiskTests {
    /// A small disk of its own, which only the commands of one script see (mount namespaces, unshare(1)).
    static let canMount = Package.isRoot && (try? shell(["unshare", "-m", "true"]))?.status == 0
    static let cannotMount: Comment = "only root can mount a small disk, and only where namespaces are allowed"

    static let texts = (0..<400).map { row in
        var random = SeededNumbers(seed: UInt64(row))
        return (0..<24).map { _ in String(random.next(), radix: 36) }.joined(separator: " ")
    }

    /// The copies of its plugins that a run of ``Graphs/plain`` keeps, in bytes of whole pages.
    private static func pluginBytes() throws -> Int {
        try ["canonical", "rules"].reduce(0) { sum, plugin in
            let path = "\(Package.products)/libfastdistill-plugin-\(plugin).so"
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            return sum + (size + 4095) / 4096 * 4096
        }
    }

    /// Runs the graph on a disk with 2 MiB besides its plugins, of which `ballast` bytes are taken; then makes room and runs
    /// it again.
    ///
    /// - Returns: what the first try and the second said, and the run, saved from the small disk.
    static func runOnFullDisk(_ workspace: Workspace, ballast: Int) throws -> (
        first: String, second: String, run: RunFolder
    ) {
        let script = """
            mkdir -p small && mount -t tmpfs -o size=\((2 << 20) + (try pluginBytes())) none small
            head -c \(ballast) /dev/zero > small/ballast
            "$0" run graph.yaml -q --runs small > first 2>&1; echo "status $?" >> first
            rm small/ballast && mount -o remount,size=64m small
            "$0" verify small/small-* > between 2>&1; echo "status $?" >> between
            "$0" run graph.yaml -q --runs small > second 2>&1; echo "status $?" >> second
            cp -r small saved && umount small
            """
        let result = try ChildProcess(
            ["unshare", "-m", "bash", "-c", script, Package.executable], directory: workspace.folder.path
        ).wait()
        try #require(result.status == 0, "\(result)")
        let text = { (name: String) in try String(contentsOfFile: workspace.folder.file(name), encoding: .utf8) }
        // What was under way may lie about until the next start; what was finished is whole.
        let between = try text("between").split(separator: "\n").dropLast()
        #expect(
            between.allSatisfy {
                $0.hasSuffix("everything is as the manifests say") || $0.hasSuffix("no manifest lists this file")
            }, "\(between)")
        return (try text("first"), try text("second"), try workspace.runFolder(in: "saved"))
    }

    @Test(.enabled(if: canMount, cannotMount), arguments: [0, 1_700_000, 2_050_000])
    func aFullDiskEndsTheRunWithTheReasonAndTheNextOneFinishes(ballast: Int) throws {
        let graph = Graphs.plain.replacingOccurrences(of: "shard_rows: 4000", with: "shard_rows: 80")
        let workspace = try Workspace(graph: graph)
        // Without ballast, half a megabyte of rows more than the disk has room for.
        let texts = ballast == 0 ? (0..<4).flatMap { copy in Self.texts.map { "\(copy) \($0)" } } : Self.texts
        try workspace.folder.write("lines.jsonl", lines(texts))
        let (first, second, run) = try Self.runOnFullDisk(workspace, ballast: ballast)
        // Which write finds the disk full is chance; each says so.
        #expect(first.hasSuffix("No space left on device\nstatus 1\n"), "\(first)")
        #expect(first.hasPrefix("error: cannot ") && first.contains("'small/small-"), "\(first)")
        #expect(second.hasSuffix("\nstatus 0\n"), "\(second)")
        try workspace.run()
        try run.expectSameBytes(as: workspace.runFolder())
    }

    /// An answer that cannot be kept is not used: it would be paid for again.
    @Test(.enabled(if: canMount, cannotMount))
    func aStoreOfRepliesThatIsFullDefersAndLosesNothing() throws {
        let workspace = try Workspace(graph: Graphs.asking(candidates: 1, shardRows: 80))
        try workspace.folder.write("lines.jsonl", lines((0..<400).map { "Question \($0)?" }))
        let long = String(repeating: "a long answer ", count: 400)
        let server = try ChatServer(
            script: try workspace.folder.write("script.json", "{\"default\": {\"teacher-model\": [\"\(long)\"]}}"))
        try workspace.writeProviders(url: server.url, concurrency: 4)
        let script = """
            mkdir small && mount -t tmpfs -o size=1m none small
            "$0" run graph.yaml -q --replies small/replies.sqlite > first 2>&1; echo "status $?" >> first
            mount -o remount,size=64m small
            exec "$0" run graph.yaml -q --replies small/replies.sqlite
            """
        let second = try ChildProcess(
            ["unshare", "-m", "bash", "-c", script, Package.executable], directory: workspace.folder.path
        ).wait()
        let first = try String(contentsOfFile: workspace.folder.file("first"), encoding: .utf8)
        #expect(
            first.hasSuffix(
                """
                  deferred because the reply store 'small/replies.sqlite' cannot grow (database or disk is full); make room, \
                then run the same command again
                  go on with the same command: \(Package.executable) run graph.yaml --replies small/replies.sqlite
                status 3

                """), "\(first)")
        #expect(second.status == 0, "\(second)")
        #expect(try workspace.runFolder().quality["outcomes"]?["kept"]?.int == 400)
        // What was recorded, or kept beside the store, was not asked again; what could not be was, at most what was in flight.
        let asked = try server.counts(settled: true).asked
        #expect(asked >= 400 && asked <= 416, "\(asked)")
    }

    @Test(.enabled(if: canMount, cannotMount))
    func aFolderThatCannotBeWrittenIsNamed() throws {
        let workspace = try Workspace(graph: Graphs.plain)
        try workspace.folder.write("lines.jsonl", lines(Self.texts))
        let script = "mkdir -p fixed && mount -t tmpfs -o ro none fixed && exec \"$0\" run graph.yaml --runs fixed"
        let result = try ChildProcess(
            ["unshare", "-m", "bash", "-c", script, Package.executable], directory: workspace.folder.path
        ).wait()
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: cannot create the folder 'fixed/small-"), "\(result)")
        #expect(result.errors.hasSuffix("': Read-only file system\n"), "\(result)")
    }

    @Test func runsThatAreNoFolderAreNamed() throws {
        let workspace = try Workspace(graph: Graphs.plain)
        try workspace.folder.write("lines.jsonl", lines(["a text"]))
        let result = try workspace.command(["run", "graph.yaml", "--runs", "lines.jsonl"])
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: cannot create the folder 'lines.jsonl"), "\(result)")
        #expect(
            result.errors.hasSuffix("': Not a directory\n") || result.errors.hasSuffix("': File exists\n"), "\(result)")
    }
}
