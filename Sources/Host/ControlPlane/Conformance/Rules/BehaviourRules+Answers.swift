import DataPlane

extension BehaviourRules {
    /// Rules about what the answers depend on: the row, the options and the seed.
    static let answers: [ConformanceRule] = [
        .step(
            .behaviour, "same_seed", .must, "The same batch with the same seed gives the same bytes.",
            remedy: "Take randomness from `call->seed` only, and nothing from clocks, addresses or hash orders."
        ) { trial throws(Finding) in
            let rows = trial.plainRows()
            let plain = try trial.session().baseline(rows)
            for _ in 0..<3 {
                try expectSame(
                    plain, try trial.session().output(rows), rowCount: rows.rowCount, "in another instance")
            }
        },
        .step(
            .behaviour, "call_facts", .must, "Run, node, batch number, attempt and deadline do not change the answers.",
            remedy: "Let the seed be the only member of the call that answers depend on."
        ) { trial throws(Finding) in
            let rows = trial.plainRows()
            let plain = try trial.session().baseline(rows)
            let facts = CallFacts(
                runID: "another-run", nodeID: "another", batch: 41, seed: trial.seed,
                deadlineNanoseconds: monotonicNanoseconds() + 600_000_000_000, attempt: 2)
            try expectSame(
                plain, try trial.session().output(rows, facts), rowCount: rows.rowCount, "in another call")
        },
        .step(
            .behaviour, "batch_cut", .must,
            "A row, or a sample of a grouped step, has the same answer whatever batch it comes in.",
            remedy: "Make each answer from its row alone; a step that needs a sample's rows together is `grouped`.",
            batchCut),
        .step(
            .behaviour, "history", .must, "The batches that an instance has worked on do not change its answers.",
            remedy: "Keep no state that changes: caches must not show."
        ) { trial throws(Finding) in
            let rows = trial.plainRows()
            let plain = try trial.session().baseline(rows)
            let session = try trial.session()
            for salt in 1...3 {
                _ = session.run(session.input(trial.plainRows(salt: UInt64(salt))))
                try expectSame(plain, try session.output(rows), rowCount: rows.rowCount, "after other batches")
            }
        },
    ]

    private static func batchCut(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let borders = trial.samples.borders(of: rows)
        if trial.step.isGrouped, borders == nil { throw .skip("the step is grouped and does not read 'ordinal'") }
        let session = try trial.session()
        var start = 0
        for wanted in [1, 3, 6, 11, 19, 32, 53, rows.rowCount] {
            // Where samples must not be cut, the next border.
            let end = borders?.first { $0 >= wanted } ?? wanted
            guard end > start else { continue }
            let output = try session.output(rows.slice(start..<end))
            if let found = plain.difference(of: start..<end, from: output) {
                throw .fault("in a batch of \(end - start) rows the answers differ: \(found)")
            }
            start = end
        }
    }
}
