import Blocking
import DataPlane
import Foundation
import Testing

/// What other programs and `fastdistill verify` say of a run's files.
@Suite(.blocking) struct VerifyTests {
    /// A run of its own for each test, of seventy rows in four shards.
    static func run() throws -> (workspace: Workspace, run: RunFolder) {
        let workspace = try Workspace(
            graph: Graphs.plain.replacingOccurrences(of: "shard_rows: 4000", with: "shard_rows: 20"))
        let texts = (0..<70).map { $0 % 10 == 9 ? "no" : "text number \($0 % 60)" }
        try workspace.folder.write("lines.jsonl", lines(texts))
        try workspace.run()
        return (workspace, try workspace.runFolder())
    }

    @Test func aGoodRunIsAsItsManifestsSay() throws {
        let (workspace, run) = try Self.run()
        let result = try workspace.verify(run)
        #expect(result.status == 0)
        #expect(result.output == "\(run.path): everything is as the manifests say\n")
    }

    /// Every byte counts: a seeded choice of them, in every file that a manifest lists.
    @Test func aFlippedByteIsFoundAndItsFileNamed() throws {
        let (workspace, run) = try Self.run()
        var random = SeededNumbers(seed: 5)
        for stage in ["raw", "canonical", "distilled", "rejected"] {
            let file = "artifacts/\(stage)/shard-0000\(Int.random(in: 0..<4, using: &random)).parquet"
            let url = URL(filePath: "\(run.path)/\(file)")
            let good = try Data(contentsOf: url)
            var bad = good
            let place = Int.random(in: 0..<bad.count, using: &random)
            bad[place] ^= 1 << Int.random(in: 0..<8, using: &random)
            try bad.write(to: url)
            let result = try workspace.verify(run)
            #expect(result.status == 6, "byte \(place) of \(file)")
            #expect(result.output.contains("\(run.path): \(file): file.sha256 is "), "byte \(place)\n\(result)")
            try good.write(to: url)
        }
        #expect(try workspace.verify(run).status == 0)
    }

    @Test func aResumedRunNamesAFileThatWasLost() throws {
        let (workspace, run) = try Self.run()
        let file = "artifacts/distilled/shard-00002.parquet"
        try FileManager.default.removeItem(atPath: "\(run.path)/\(file)")
        let folder = "runs/\(URL(filePath: run.path).lastPathComponent)"
        let result = try workspace.run(expecting: 6)
        #expect(
            result.errors == """
                error: '\(folder)/\(file)' is missing, though its shard is sealed: restore it, or delete the folder \
                '\(folder)' and run again to compute all shards anew

                """)
    }

    @Test func aChangedManifestIsFoundAndNamed() throws {
        let (workspace, run) = try Self.run()
        let file = "manifests/distilled/shard-00002.json"
        let url = URL(filePath: "\(run.path)/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        let count = try #require(try json(url.path)["count"]?.int)
        try text.replacingOccurrences(of: "\"count\": \(count)", with: "\"count\": \(count + 1)")
            .write(to: url, atomically: true, encoding: .utf8)
        let result = try workspace.verify(run)
        #expect(result.status == 6)
        #expect(result.output.contains("\(run.path): \(file): sha256 is "), "\(result)")
        #expect(result.output.contains("count is \(count), the manifest says \(count + 1)"), "\(result)")
    }

    @Test(arguments: [
        "artifacts/rejected/shard-00001.parquet", "manifests/raw/shard-00000.json", "manifests/index.json",
    ])
    func aMissingFileIsFoundAndNamed(_ file: String) throws {
        let (workspace, run) = try Self.run()
        try FileManager.default.removeItem(atPath: "\(run.path)/\(file)")
        let result = try workspace.verify(run)
        #expect(result.status == 6)
        #expect(result.output.contains("\(run.path): \(file): "), "\(result)")
        #expect(result.output.contains("missing"), "\(result)")
    }

    @Test func whatIsNoRunIsSaidToBeNone() throws {
        let workspace = try Workspace(graph: "")
        let result = try workspace.command(["verify", "nothing"])
        #expect(result.status == 2)
        #expect(result.errors == "error: 'nothing' is not the folder of a run\n")
    }

    @Test func otherProgramsReadAndCountAndHashTheSame() throws {
        let (_, run) = try Self.run()
        let found = try Oracle.json("Tests/Oracles/check_run.py", [run.path])
        #expect(found["shards"]?.int == 4)
        #expect(found["stages"]?["raw"]?.int == 70)
        // Six of the first sixty are too short, ten more rows come again, one of them too short as well.
        #expect(found["ids"]?.int == 54)
    }

    @Test(.enabled(if: Package.hasRealData, Package.noRealData))
    func otherProgramsReadAndCountAndHashTheRealDataTheSame() throws {
        let finished = try RealDataTests.finished.get()
        let found = try Oracle.json("Tests/Oracles/check_run.py", [finished.run.path])
        let expected = finished.realCase.expected
        #expect(found["stages"] == expected["quality"]?["stages"])
        #expect(found["ids"]?.int == expected["quality"]?["stages"]?["distilled"]?.int)
        #expect(try finished.realCase.workspace.verify(finished.run).status == 0)
    }
}
