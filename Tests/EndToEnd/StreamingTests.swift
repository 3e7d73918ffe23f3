import Blocking
import DataPlane
import Foundation
import Testing

/// Memory depends on what is under way, not on the number of rows.
@Suite(.blocking) struct StreamingTests {
    /// Runs generated rows; the run, and the most resident memory that the host had, in KiB.
    static func run(rows: Int) throws -> (run: RunFolder, peakKiB: Int) {
        let workspace = try Workspace(graph: Graphs.plain)
        var random = SeededNumbers(seed: 3)
        var text = ""
        for row in 0..<rows {
            let words = (0..<12).map { _ in String(random.next(), radix: 36) }
            text += "{\"text\": \"\(row) \(words.joined(separator: " "))\"}\n"
        }
        try workspace.folder.write("lines.jsonl", text)
        let process = try workspace.start(["run", "graph.yaml", "--quiet"])
        var peak = 0
        // The kernel's own high-water mark, so that looking now and then misses only what the last milliseconds add.
        let result = try process.wait { peak = max(peak, Self.highWaterMark(process.pid) ?? 0) }
        #expect(result.status == 0, "\(result)")
        return (try workspace.runFolder(), peak)
    }

    /// `VmHWM` of proc(5), once the process is the program under test.
    static func highWaterMark(_ pid: pid_t) -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            text.hasPrefix("Name:\tfastdistill\n"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }

    @Test func twentyFiveTimesTheRowsTakeNoMoreMemory() throws {
        let small = try Self.run(rows: 4000)
        let large = try Self.run(rows: 100_000)
        print("peak of the host: \(small.peakKiB) KiB at 4,000 rows, \(large.peakKiB) KiB at 100,000")
        #expect(small.peakKiB > 1000, "the high-water mark was not seen")
        // A row has 170 bytes in the source alone, and 60 of it may stay: its ids. What is under way when Arrow is loaded makes
        // a difference of 6,000 KiB from run to run.
        #expect(large.peakKiB - small.peakKiB < 160 * 96_000 / 1024)

        let index = try json(large.run.path + "/manifests/index.json")
        #expect(index["shards"]?.array?.count == 25)
        #expect(try large.run.quality["stages"]?["distilled"]?.int == 100_000)
        // The shards were sealed on the way: at the last of them, the spool had held one and a bit, never all.
        #expect(try FileManager.default.contentsOfDirectory(atPath: large.run.path + "/spool") == [])
        let sealed = try large.run.events.filter { $0["event"]?.string == "shard_sealed" }
        #expect(sealed.map { $0["shard"]?.int } == (0..<25).map { $0 })
        #expect(sealed.allSatisfy { $0["kept"]?.int == 4000 })
    }
}
