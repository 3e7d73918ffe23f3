import DataPlane

extension DataRules {
    /// Rules about whose memory is whose.
    static let ownership: [ConformanceRule] = [
        .step(
            .data, "no_alias", .must, "The output does not lie in the memory of the input.",
            remedy: "Copy what you pass on: the input is gone when the host reads the output.", noAlias),
        .step(
            .data, "input_unchanged", .must, "`run` does not write to its input.",
            remedy: "Work on a copy: other nodes read the same batch.", inputUnchanged),
        .step(
            .data, "borrows", .must, "`run` does not release its input.",
            remedy: "Leave the release callbacks of the input alone: it belongs to the host.", borrows),
        .step(
            .data, "release", .must, "Releasing an array marks it as released (`release` is NULL afterwards).",
            remedy: "End the release callback with `array->release = NULL`.", release),
        .step(
            .data, "outlives", .must, "A result stays as it is while the next batch runs and after `destroy`.",
            remedy: "Give each result buffers of its own, and free them in its release callback.", outlives),
        .step(
            .data, "zeroed", .must, "A `run` that fails leaves `out` and `rejects` zeroed.",
            remedy: "Fill them last, or release and zero them before an error is returned.", zeroed),
    ]

    private static func noAlias(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let session = try trial.session()
        let input = session.input(rows)
        let answer = session.run(input)
        input.overwrite()
        switch session.reader.read(answer, rowCount: rows.rowCount) {
        case .failure(let fault): throw .fault("once the input is overwritten, \(fault.description)")
        case .success(let output):
            try expectSame(plain, output, rowCount: rows.rowCount, "once the input is overwritten")
        }
    }

    private static func inputUnchanged(_ trial: StepTrial) throws(Finding) {
        let shapes = [InputShape(), InputShape(offset: 2, childOffset: 3, hasBitmaps: true)]
        for shape in shapes {
            let session = try trial.session()
            let input = session.input(trial.plainRows(), shape: shape)
            guard session.run(input).report.isOK else { throw .skip("see data.runs") }
            if !input.isUnchanged { throw .fault("the input is not as it was before") }
        }
    }

    private static func borrows(_ trial: StepTrial) throws(Finding) {
        let session = try trial.session()
        let input = session.input(trial.plainRows())
        guard session.run(input).report.isOK else { throw .skip("see data.runs") }
        if input.releaseCount > 0 { throw .fault("\(input.releaseCount) arrays of the input are released") }
    }

    private static func release(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let session = try trial.session()
        _ = try session.baseline(rows)
        let answer = session.run(session.input(rows))
        if !answer.out.releaseAndAsk() { throw .fault("'out' still has its release callback") }
        if !answer.rejects.releaseAndAsk() { throw .fault("'rejects' still has its release callback") }
    }

    private static func outlives(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let (answer, reader) = try answerOfDestroyed(trial, rows)
        switch reader.read(answer, rowCount: rows.rowCount) {
        case .failure(let fault): throw .fault("after other batches, \(fault.description)")
        case .success(let output): try expectSame(plain, output, rowCount: rows.rowCount, "after other batches")
        }
    }

    /// What an instance returned that has worked on other batches since and is no more.
    private static func answerOfDestroyed(
        _ trial: StepTrial, _ rows: RecordBatch
    ) throws(Finding) -> (Probe.Ran, OutputReader) {
        let session = try trial.session()
        let answer = session.run(session.input(rows))
        for salt in 1...3 { _ = session.run(session.input(trial.plainRows(salt: UInt64(salt)))) }
        return (answer, session.reader)
    }

    private static func zeroed(_ trial: StepTrial) throws(Finding) {
        let host = ProbeHost()
        host.cancel()
        let session = try trial.session(host: host)
        let answer = session.run(session.input(trial.plainRows(1024)))
        if answer.report.isOK {
            throw .skip("no failure can be brought about: the step does not stop when it is asked to")
        }
        if !answer.out.isZeroed { throw .fault("'run' returned \(answer.report.statusName) and left 'out' filled") }
        if !answer.rejects.isZeroed {
            throw .fault("'run' returned \(answer.report.statusName) and left 'rejects' filled")
        }
    }
}
