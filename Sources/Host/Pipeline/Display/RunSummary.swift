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
    var warnings: [String] = []
    /// What goes on with the run.
    var commandLine: String

    /// Tasks that get a line each; the others are in the report.
    private static let mostTasks = 20

    var text: String {
        let run = books.run
        var lines = ["run \(runID)", "  " + Self.outcomes(run)]
        for (code, count) in run.codes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("    \(count) \(code)")
        }
        for (node, verdicts) in books.verdicts.sorted(by: { $0.key < $1.key }) {
            let counts = verdicts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("  candidates at \(node): " + counts.joined(separator: ", "))
        }
        lines += taskLines
        if let rate = timing.tokensPerSecond(role: "teacher") { lines.append("  teacher: \(Int(rate)) tokens/s") }
        lines += [
            "  data      \(directory)/artifacts/distilled", "  rejected  \(directory)/artifacts/rejected",
            "  reports   \(directory)/reports/quality.md, \(directory)/reports/timing.json",
            "  record    \(directory)/run.json", "  check it  \(invokedProgram) verify \(directory)",
        ]
        lines += warnings.map { "  warning: \($0)" }
        if let reason = result.deferralReason {
            lines.append("  deferred because \(reason)")
            lines.append("  go on with the same command: \(commandLine)")
        } else if !result.isComplete {
            lines.append("  interrupted; go on with the same command: \(commandLine)")
        }
        return lines.joined(separator: "\n")
    }

    /// A line for each task, if there are several.
    private var taskLines: [String] {
        if books.tasks.count < 2 { return [] }
        var lines = books.tasks.sorted { $0.key < $1.key }.prefix(Self.mostTasks).map { task, books in
            "  task \(Books.title(ofTask: task)): \(Self.outcomes(books.run))"
        }
        let more = books.tasks.count - lines.count
        if more > 0 { lines.append("  and \(more) more tasks, see \(directory)/reports/quality.json") }
        return lines
    }

    /// `6 rows: 2 kept, 0 deferred, …`
    private static func outcomes(_ tally: Tally) -> String {
        let counts = Outcome.allCases.map { "\(tally.count($0)) \($0.name)" }
        return "\(tally.rowsIn) \(tally.rowsIn == 1 ? "row" : "rows"): " + counts.joined(separator: ", ")
    }
}
