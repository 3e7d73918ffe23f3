import DataPlane

/// Rules about what `run` returns for rows as they come.
enum DataRules {
    static let all: [ConformanceRule] =
        [
            .step(
                .data, "runs", .must, "`run` succeeds on rows as the spec describes them.",
                remedy:
                    "Make a fact of what is odd about a row, or reject it; fail only if the step cannot work at all.",
                runs),
            contract(
                .structure, "structure", "`out` and `rejects` are sound Arrow arrays of the announced columns.",
                remedy: "Check lengths, null counts, buffers and offsets of what you fill, and fill both."),
            contract(
                .utf8, "text", "Text that comes back is UTF-8.",
                remedy: "Cut texts between characters, and decode foreign bytes before they become a text."),
            contract(
                .null, "nulls", "No null comes back in a column that has none by the spec.",
                remedy: "Give every row a value, or declare the column as nullable."),
            contract(
                .parent, "rows", "Every input row is accounted for: in `out` or in `rejects`, parents ascending.",
                remedy: "Append the row's number to `parent` with each row, and reject what has no answer."),
            contract(
                .code, "codes", "Rows are rejected with codes of the spec only.",
                remedy: "Declare the code under `rejects` of the step."),
            contract(
                .constraint, "constraints", "Added columns keep the constraints of the spec.",
                remedy: "Correct the step or the constraint."),
            contract(
                .tag, "tags", "Added columns hold what their tags say: chat messages, verdicts, scores, JSON.",
                remedy: "Correct the step, or take the tag away."),
        ] + shapes + ownership

    private static func runs(_ trial: StepTrial) throws(Finding) {
        for rows in batches(trial) {
            let session = try trial.session()
            let report = session.run(session.input(rows)).report
            if !report.isOK { throw .fault("'run' returned \(report.description)") }
        }
    }

    /// Two batches, the first of which begins with the rows of the examples.
    private static func batches(_ trial: StepTrial) -> [RecordBatch] {
        [trial.plainRows(), trial.plainRows(salt: 1)]
    }

    /// A rule of Docs/specs/abi.md that the host checks on every batch.
    private static func contract(
        _ rule: BatchRule, _ name: String, _ demand: String, remedy: String
    ) -> ConformanceRule {
        .step(.data, name, .must, demand, remedy: remedy) { trial throws(Finding) in
            for rows in batches(trial) {
                let session = try trial.session()
                guard
                    case .failure(let fault) = session.reader.read(
                        session.run(session.input(rows)), rowCount: rows.rowCount)
                else { continue }
                if fault.rule == rule { throw .fault(fault.description) }
                throw .skip("the batch goes wrong before that can be seen: \(fault.description)")
            }
        }
    }
}
