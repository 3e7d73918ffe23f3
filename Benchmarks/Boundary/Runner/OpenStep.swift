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
            let answers = Answers(numbers.count)
            for number in numbers {
                runner.run(StepCall(batch: batch, number: UInt64(number), seed: 7, sampleStarts: starts)) { result in
                    answers.add(Result { () throws(Failure) in try check(result.get(), batch) })
                }
            }
            try answers.wait()
        }
    }

    private func check(_ output: StepOutput, _ batch: RecordBatch) throws(Failure) {
        guard output.added.rowCount == batch.rowCount, output.added.columns.count == columns else {
            throw Failure("benchmark", "rows are missing")
        }
    }
}

/// Counts the answers to some batches, and wakes nobody before the last has come.
private final class Answers: Sendable {
    private let state: Mutex<(missing: Int, failure: Failure?)>
    private let done = Mailbox<Failure?>()

    init(_ count: Int) { state = Mutex((count, nil)) }

    func add(_ result: Result<Void, Failure>) {
        state.withLock { state in
            if case .failure(let failure) = result { state.failure = failure }
            state.missing -= 1
            if state.missing == 0 { done.send(state.failure) }
        }
    }

    func wait() throws {
        for failure in done.receive() {
            if let failure { throw failure }
        }
    }
}
