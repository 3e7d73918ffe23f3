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
        let out: RecordBatch
        let rejects: RecordBatch
        do {
            out = try RecordBatch(copying: sound(answer.out), schema: checker.outputSchema)
        } catch {
            return .failure(BatchFault(error, in: "out"))
        }
        do {
            rejects = try RecordBatch(copying: sound(answer.rejects), schema: checker.rejectSchema)
        } catch {
            return .failure(BatchFault(error, in: "rejects"))
        }
        do throws(Failure) {
            return .success(try checker.check(out: out, rejects: rejects, rowCount: rowCount))
        } catch {
            return .failure(BatchFault(error))
        }
    }

    private func sound(_ slot: ArraySlot) throws(ArrowFault) -> UnsafePointer<ArrowArray> {
        guard slot.pointer.pointee.release != nil else {
            throw ArrowFault(.released, path: "", "the array was not filled")
        }
        return UnsafePointer(slot.pointer)
    }
}
