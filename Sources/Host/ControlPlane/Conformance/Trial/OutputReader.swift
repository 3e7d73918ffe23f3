import DataPlane
import PluginABI

/// Reads what a bound step returned. Outlives the instance.
struct OutputReader {
    let bound: BoundStep
    private let checker: BatchChecker

    init(bound: BoundStep, _ trial: StepTrial) {
        self.bound = bound
        checker = BatchChecker(bound, step: trial.step, identity: trial.identity)
    }

    /// Reads what came back, by every rule that the host has.
    func read(_ answer: Probe.Ran, rowCount: Int) -> Result<StepOutput, BatchFault> {
        guard answer.report.isOK else {
            return .failure(BatchFault(rule: nil, "'run' returned \(answer.report.description)"))
        }
        do throws(Violation) {
            let out = try checker.readOut(answer.out.pointer)
            let rejects = try checker.readRejects(answer.rejects.pointer)
            return .success(try checker.check(out, rejects, rowCount: rowCount))
        } catch {
            return .failure(BatchFault(error))
        }
    }
}
