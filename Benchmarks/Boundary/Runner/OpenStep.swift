import ControlPlane
import DataPlane
import Synchronization

/// A step of a plugin, opened the way a run opens it.
struct OpenStep {
    let runner: any StepRunner
    let columns: Int

    init(
        _ plugin: ResolvedPlugin, step: String, columns: Int, isolation: UsePlan.Isolation, _ settings: Settings
    ) throws {
        guard let spec = plugin.spec.steps.first(where: { $0.id == step }) else {
            throw Failure("benchmark", "the plugin has no step '\(step)'")
        }
        self.columns = columns
        runner = try PluginHost.open(
            plugin: plugin, step: spec, config: .object([]), offered: Texts.fields(columns), nodeID: "copy",
            runID: "benchmark", isolation: isolation, workers: 1, rowTimeoutMilliseconds: 60_000,
            workerExecutable: settings.executable)
    }

    /// Sends one batch `count` times, `window` at once, and waits for them before the next are sent.
    func send(_ batch: RecordBatch, count: Int, window: Int) throws {
        let starts = Array(0..<batch.rowCount)
        for first in stride(from: 0, to: count, by: window) {
            let numbers = first..<min(first + window, count)
            let done = Mailbox<[Result<StepOutput, Failure>]>()
            let gathered = Gathered(numbers.count, done)
            for number in numbers {
                runner.run(StepCall(batch: batch, number: UInt64(number), seed: 7, sampleStarts: starts)) {
                    gathered.add($0)
                }
            }
            for result in done.receive().joined() {
                let output = try result.get()
                guard output.added.rowCount == batch.rowCount, output.added.columns.count == columns else {
                    throw Failure("benchmark", "rows are missing")
                }
            }
        }
    }
}

/// Keeps results until there are all, and wakes nobody before.
private final class Gathered: Sendable {
    private let results = Mutex<[Result<StepOutput, Failure>]>([])
    private let count: Int
    private let done: Mailbox<[Result<StepOutput, Failure>]>

    init(_ count: Int, _ done: Mailbox<[Result<StepOutput, Failure>]>) {
        self.count = count
        self.done = done
    }

    func add(_ result: Result<StepOutput, Failure>) {
        results.withLock { results in
            results.append(result)
            if results.count == count { done.send(results) }
        }
    }
}
