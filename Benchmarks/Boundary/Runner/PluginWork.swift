import ControlPlane
import DataPlane

/// Batches through a plugin's step, with all checks.
struct PluginWork {
    let plugin: ResolvedPlugin
    let step: String
    let columns: Int
    let isolation: UsePlan.Isolation
    let batchRows: Int

    /// Eight batches at a time, so that what is measured is the boundary and not how long the kernel takes to wake a
    /// thread that has nothing else to do; see ``turn(_:)`` for that.
    private static let window = 8

    func measure(_ settings: Settings) throws -> Figure {
        let open = try OpenStep(plugin, step: step, columns: columns, isolation: isolation, settings)
        defer { open.runner.shutdown() }
        let batch = Texts.batch(rows: batchRows, columns: columns)
        let count = max(settings.rows / columns / batchRows / Self.window, 1) * Self.window
        return try Figure.measure(
            repetitions: settings.repetitions, rows: count * batchRows, tree: ProcessTree()
        ) { try open.send(batch, count: count, window: Self.window) }
    }

    /// One batch at a time: nanoseconds until it is back, most of it spent on waking threads.
    func turn(_ settings: Settings) throws -> Figure {
        let open = try OpenStep(plugin, step: step, columns: columns, isolation: isolation, settings)
        defer { open.runner.shutdown() }
        let batch = Texts.batch(rows: batchRows, columns: columns)
        let count = max(settings.rows / 1024, 1)
        return try Figure.measure(repetitions: settings.repetitions, rows: count, tree: ProcessTree()) {
            try open.send(batch, count: count, window: 1)
        }
    }
}
