import ControlPlane
import DataPlane

/// How long it takes until a worker is there: spawned, plugin loaded, step created and bound.
struct WorkerStart {
    let plugin: ResolvedPlugin
    let step: String

    /// - Returns: milliseconds of wall time.
    func measure(_ settings: Settings) throws -> Figure.Spread {
        let times = try (0..<settings.repetitions * 4).map { _ in
            let start = monotonicNanoseconds()
            let open = try OpenStep(plugin, step: step, columns: 1, isolation: .worker, settings)
            defer { open.runner.shutdown() }
            return Double(monotonicNanoseconds() - start) / 1e6
        }
        return Figure.Spread(times)
    }
}
