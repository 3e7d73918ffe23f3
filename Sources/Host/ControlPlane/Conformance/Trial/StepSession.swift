import DataPlane

/// An instance that is bound, and a reader for what it returns.
final class StepSession {
    let probe: Probe
    let reader: OutputReader
    private let trial: StepTrial
    private let samples: SampleRows

    var bound: BoundStep { reader.bound }

    /// - Parameter samples: where rows come from that are none of a batch and lie beside it; the trial's by default.
    init(probe: Probe, offered: [Field], trial: StepTrial, samples: SampleRows? = nil) throws(Finding) {
        self.probe = probe
        self.trial = trial
        self.samples = samples ?? trial.samples
        let answer = probe.bind(offered)
        guard answer.report.isOK else { throw .skip("the step cannot be bound, see bind.accepts") }
        guard let fields = BindReader.fields(answer), let bound = BindReader.bound(fields, offered, trial) else {
            throw .skip("what 'bind' says is wrong, see bind.accepts and bind.within_spec")
        }
        reader = OutputReader(bound: bound, trial)
    }

    /// The columns of a batch that the step sees, in the order in which it wants them.
    func input(_ rows: RecordBatch, shape: InputShape = InputShape()) -> InputArray {
        let names = bound.reads.map(\.name)
        let decoys = samples.batch(max(shape.offset, shape.childOffset, 4), salt: 99).selecting(names)
        return InputArray(rows.selecting(names), decoys: decoys, shape: shape)
    }

    func run(_ input: InputArray, _ facts: CallFacts? = nil) -> Probe.Ran {
        probe.run(input, facts ?? CallFacts(seed: trial.seed))
    }

    /// What the step makes of some rows; anything that is not sound is a fault.
    func output(
        _ rows: RecordBatch, shape: InputShape = InputShape(), _ facts: CallFacts? = nil
    ) throws(Finding) -> StepOutput {
        let input = input(rows, shape: shape)
        switch reader.read(run(input, facts), rowCount: rows.rowCount) {
        case .success(let output): return output
        case .failure(let fault): throw .fault(fault.description)
        }
    }

    /// What the step makes of plain rows, to compare with; where that is not sound, other rules say so.
    func baseline(_ rows: RecordBatch) throws(Finding) -> StepOutput {
        do throws(Finding) {
            return try output(rows)
        } catch {
            throw .skip("plain rows already go wrong, see data.runs and those after it: \(error.seen)")
        }
    }
}

extension StepTrial {
    var identity: StepIdentity {
        StepIdentity(plugin: spec.id, version: spec.version, step: step.id, node: "conformance")
    }
}
