import ControlPlane
import DataPlane
import Glibc

/// Measures what it costs to have a plugin add utf8 columns, against the same work on JSON lines over a pipe.
///
/// Prints Markdown tables: nanoseconds a row by case; one row on its own; the time that a worker takes to start.
enum BoundaryBenchmark {
    /// A way to write the step.
    private struct Way {
        let name: String
        let plugin: ResolvedPlugin
        let step: String
    }

    static func main() {
        do {
            boundHeap()
            let settings = try Settings(CommandLine.arguments)
            let (c, swift) = try (plugin("copy_c", settings), plugin("copy_swift", settings))
            let ways = [
                Way(name: "C", plugin: c, step: "copy"), Way(name: "Swift, bytes", plugin: swift, step: "bytes"),
                Way(name: "Swift, strings", plugin: swift, step: "strings"),
            ]
            var table = Table()
            for columns in [1, 8] { try compare(ways, columns, settings, &table) }
            table.print()
            if settings.includes("start") { try start(ways, settings) }
        } catch {
            print(FailureRenderer.render(error))
            exit(1)
        }
    }

    /// JSON lines, and all ways to write the step, in workers and in the host, in batches of three sizes.
    private static func compare(
        _ ways: [Way], _ columns: Int, _ settings: Settings, _ table: inout Table
    ) throws {
        let baseline = try baseline(columns, settings, &table)
        for way in ways {
            for isolation in [UsePlan.Isolation.inline, .worker] {
                for batchRows in [256, 1024, 4096]
                where settings.includes("\(way.name) \(isolation) \(columns) \(batchRows)") {
                    let work = PluginWork(
                        plugin: way.plugin, step: "\(way.step)_\(columns)", columns: columns, isolation: isolation,
                        batchRows: batchRows)
                    table.add(
                        way.name, "\(isolation)", columns, batchRows, try work.measure(settings), baseline)
                }
            }
        }
    }

    private static func baseline(
        _ columns: Int, _ settings: Settings, _ table: inout Table
    ) throws -> Table.Baseline? {
        guard settings.includes("json") else { return nil }
        let rows = 1024
        let native = try JSONWork(
            child: [settings.products + "/boundary-json-child"], columns: columns, batchRows: rows
        ).measure(settings)
        table.add("JSON lines, C++ child", "pipe", columns, rows, native, nil)
        let python = try JSONWork(
            child: ["/usr/bin/env", "python3", settings.scripts + "/JSONChild/json_child.py"], columns: columns,
            batchRows: rows
        ).measure(settings)
        table.add("JSON lines, Python child", "pipe", columns, rows, python, nil)
        return Table.Baseline(native: native.cpu.median, python: python.cpu.median)
    }

    /// What does not depend on rows: a turn with one row in it, and the start of a worker.
    private static func start(_ ways: [Way], _ settings: Settings) throws {
        print("\n| one row on its own | where | CPU µs | wall µs | worker start, ms |")
        print("| --- | --- | ---: | ---: | ---: |")
        for way in ways.prefix(2) {
            for isolation in [UsePlan.Isolation.inline, .worker] {
                let work = PluginWork(
                    plugin: way.plugin, step: "\(way.step)_1", columns: 1, isolation: isolation, batchRows: 1)
                let turn = try work.turn(settings)
                let start =
                    isolation == .worker
                    ? Table.text(try WorkerStart(plugin: way.plugin, step: "\(way.step)_1").measure(settings)) : ""
                print(
                    "| \(way.name) | \(isolation) | \(Table.text(turn.cpu, per: 1000)) | "
                        + "\(Table.text(turn.wall, per: 1000)) | \(start) |")
            }
        }
    }

    private static func plugin(_ id: String, _ settings: Settings) throws -> ResolvedPlugin {
        let registry = try PluginRegistry.discover(
            PluginSearch(folders: [.init(path: settings.products, prefix: "libboundary-plugin-")]), cacheFolder: nil,
            executable: settings.executable)
        guard let entry = registry.entries.first(where: { $0.plugin.spec.id == id }) else {
            throw Failure("benchmark", "there is no plugin '\(id)': \(registry.refused)")
        }
        return entry.plugin
    }
}
