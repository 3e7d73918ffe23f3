import ControlPlane
import DataPlane
import Foundation
import Glibc

/// Judges pairs with the step `text2sql/compare`, opened as a run opens it, in this process.
///
///     verdicts-benchmark FOLDER PAIRS
///
/// Prints the number of pairs, how many match by the strict rules, and the CPU time in nanoseconds.
enum VerdictsBenchmark {
    private static let fields = [Field("db_id", .utf8), Field("sql", .utf8), Field("gold_sql", .utf8)]
    private static let batchRows = 256

    static func main() {
        do {
            boundHeap()
            guard CommandLine.arguments.count == 3 else { throw Failure("usage", "verdicts-benchmark FOLDER PAIRS") }
            let folder = URL(filePath: CommandLine.arguments[1]).path
            let batches = try batches(CommandLine.arguments[2])
            let runner = try open(databases: folder)
            defer { runner.shutdown() }
            let start = cpuNanoseconds()
            var count = 0
            var matches = 0
            for (number, batch) in batches.enumerated() {
                let column = try run(runner, batch, UInt64(number))
                count += batch.rowCount
                for row in 0..<batch.rowCount where column.bytes(row).elementsEqual("match".utf8) { matches += 1 }
            }
            print(count, matches, cpuNanoseconds() - start)
        } catch {
            print(FailureRenderer.render(error))
            exit(1)
        }
    }

    private static func open(databases: String) throws -> any StepRunner {
        let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        let registry = try PluginRegistry.discover(
            PluginSearch(folders: [.init(path: products, prefix: "libfastdistill-plugin-")]), cacheFolder: nil,
            executable: products + "/fastdistill")
        guard let entry = registry.entries.first(where: { $0.plugin.spec.id == "text2sql" }),
            let step = entry.plugin.spec.steps.first(where: { $0.id == "compare" })
        else { throw Failure("benchmark", "there is no plugin text2sql: \(registry.refused)") }
        return try PluginHost.open(
            plugin: entry.plugin, step: step, config: .object([("databases", .string(databases))]),
            offered: fields, nodeID: "compare", runID: "benchmark", isolation: .inline, workers: 1,
            rowTimeoutMilliseconds: 600_000, workerExecutable: products + "/fastdistill")
    }

    private static func run(_ runner: any StepRunner, _ batch: RecordBatch, _ number: UInt64) throws -> Column {
        let answers = Mailbox<Result<StepOutput, Failure>>()
        runner.run(StepCall(batch: batch, number: number, seed: 7, sampleStarts: Array(0..<batch.rowCount))) {
            answers.send($0)
        }
        guard let output = try answers.receive().first?.get(),
            let index = output.added.schema.fields.firstIndex(where: { $0.name == "strict" })
        else { throw Failure("benchmark", "there is no answer") }
        return output.added.columns[index]
    }

    private static func batches(_ file: String) throws -> [RecordBatch] {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        return stride(from: 0, to: lines.count, by: batchRows).map { start in
            let part = lines[start..<min(start + batchRows, lines.count)]
            let builders = fields.map { ColumnBuilder($0.type) }
            for line in part {
                for (builder, text) in zip(builders, line.split(separator: "\t")) { builder.append(String(text)) }
            }
            return RecordBatch(schema: Schema(fields), columns: builders.map { $0.finish() }, rowCount: part.count)
        }
    }

    private static func cpuNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
