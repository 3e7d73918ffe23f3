import ControlPlane
import DataPlane
import Reports

/// The closing lines of a run: what became of the rows, and where everything is.
struct RunSummary {
    var runID: String
    var directory: String
    var books: Books
    var timing: TimingReport
    var result: EngineResult
    /// What goes on with the run.
    var commandLine: String

    var text: String {
        let run = books.run
        var lines = ["run \(runID)"]
        let counts = Outcome.allCases.map { outcome in
            "\(outcome == .kept ? run.rowsOut : run.ended[outcome, default: 0]) \(outcome.name)"
        }
        lines.append("  \(run.rowsIn) rows: " + counts.joined(separator: ", "))
        for (code, count) in run.codes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("    \(count) \(code)")
        }
        for (node, verdicts) in books.verdicts.sorted(by: { $0.key < $1.key }) {
            let counts = verdicts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("  candidates at \(node): " + counts.joined(separator: ", "))
        }
        if let rate = timing.tokensPerSecond(role: "teacher") { lines.append("  teacher: \(Int(rate)) tokens/s") }
        lines += [
            "  data      \(directory)/artifacts/distilled", "  rejected  \(directory)/artifacts/rejected",
            "  reports   \(directory)/reports/quality.json, \(directory)/reports/timing.json",
            "  record    \(directory)/run.json", "  check it  \(invokedProgram) verify \(directory)",
        ]
        if let reason = result.deferralReason {
            lines.append("  deferred because \(reason)")
            lines.append("  go on with the same command: \(commandLine)")
        } else if !result.isComplete {
            lines.append("  interrupted; go on with the same command: \(commandLine)")
        }
        return lines.joined(separator: "\n")
    }
}
