import ControlPlane
import DataPlane
import Glibc

/// Measures what it costs to have a plugin add utf8 columns, against the same work on JSON lines over a pipe.
///
/// Prints two Markdown tables: nanoseconds a row by case, and the time that a worker takes to start.
enum BoundaryBenchmark {
    static func main() {
        do {
            boundHeap()
            try run(Settings(CommandLine.arguments))
        } catch {
            print(FailureRenderer.render(error))
            exit(1)
        }
    }

    private static func run(_ settings: Settings) throws {
        let plugins = try ["swift": plugin("copy_swift", settings), "c": plugin("copy_c", settings)]
        var table = Table()
        var baselines: [Int: Table.Baseline] = [:]
        for columns in [1, 8] {
            baselines[columns] = try baseline(columns, settings, &table)
        }
        for (name, plugin, step) in [
            ("C", plugins["c"], "copy"), ("Swift, bytes", plugins["swift"], "bytes"),
            ("Swift, strings", plugins["swift"], "strings"),
        ] {
            for columns in [1, 8] {
                for isolation in [UsePlan.Isolation.inline, .worker] {
                    for batchRows in [256, 1024, 4096] {
                        let place = isolation == .inline ? "inline" : "worker"
                        guard let plugin, settings.includes("\(name) \(place) \(columns) \(batchRows)") else {
                            continue
                        }
                        guard plugin.spec.steps.contains(where: { $0.id == "\(step)_\(columns)" }) else { continue }
                        let work = PluginWork(
                            plugin: plugin, step: "\(step)_\(columns)", columns: columns, isolation: isolation,
                            batchRows: batchRows)
                        table.add(
                            name, place, columns, batchRows, try work.measure(settings), baselines[columns])
                    }
                }
            }
        }
        table.print()
        guard settings.includes("start") else { return }
        for (name, plugin, step) in [
            ("Swift", plugins["swift"], "strings_1"), ("C", plugins["c"], "copy_1"),
        ] {
            guard let plugin else { continue }
            for isolation in [UsePlan.Isolation.inline, .worker] {
                let work = PluginWork(plugin: plugin, step: step, columns: 1, isolation: isolation, batchRows: 1)
                let turn = try work.turn(settings)
                print(
                    "a turn of one row, \(name), \(isolation): CPU \(Table.text(turn.cpu)) ns, wall "
                        + "\(Table.text(turn.wall)) ns")
            }
            let times = try WorkerStart(plugin: plugin, step: step).measure(settings)
            print("worker start, \(name): \(Table.text(times)) ms")
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
}
