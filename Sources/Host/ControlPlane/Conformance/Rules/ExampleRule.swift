import DataPlane

/// The examples of a spec, run: `load.examples`.
enum ExampleRule {
    static func run(_ trial: StepTrial) throws(Finding) {
        if trial.step.examples.isEmpty { throw .skip("the step has no examples") }
        for (index, example) in trial.step.examples.enumerated() {
            do throws(Finding) {
                try run(example, trial)
            } catch  where error.kind == .fault {
                throw .fault("example \(index + 1): \(error.seen)")
            }
        }
    }

    private static func run(_ example: ExampleSpec, _ trial: StepTrial) throws(Finding) {
        let config = try StepOptions.example(example, of: trial.step, with: trial.given)
        // A column that may stay unbound is bound where the example has it.
        var step = trial.declared
        step.reads = step.reads(naming: example.columns)
        let reads = step.reads.filter { read in
            !read.isOptional || example.input.contains { $0[read.field.name] != nil }
        }
        let rows = try batch(example.input, reads.map(\.field))
        let created = try trial.create(config)
        guard let probe = created.probe else { throw .fault("'create' returned \(created.report.description)") }
        let session = try StepSession(
            probe: probe, offered: reads.map(\.field), trial: trial,
            samples: SampleRows(step, of: trial.spec, rows: [], seed: trial.seed))
        let output = try session.output(rows)
        let columns = output.added.schema.fields.map(\.name)
        guard output.added.rowCount == example.output.count else {
            throw .fault("\(example.output.count) rows stand there, \(output.added.rowCount) came")
        }
        for (row, expected) in example.output.enumerated() {
            if let unknown = (expected.object ?? []).first(where: { !columns.contains($0.0) }) {
                throw .fault("row \(row) of its output has a column '\(unknown.0)', which the step does not add")
            }
            for (name, column) in zip(columns, output.added.columns) {
                let (wanted, came) = (expected[name] ?? .null, column.json(row))
                if wanted != came {
                    throw .fault(
                        "row \(row), column '\(name)': \(wanted.compact) stands there, \(came.compact) came")
                }
            }
        }
    }

    private static func batch(_ input: [JSONValue], _ fields: [Field]) throws(Finding) -> RecordBatch {
        for (index, row) in input.enumerated() {
            if let unknown = (row.object ?? []).first(where: { member in !fields.contains { $0.name == member.0 } }) {
                throw .fault("row \(index) of its input has a column '\(unknown.0)', which the step does not read")
            }
            for field in fields {
                if let fault = JSONValue.mismatch(row[field.name], field) {
                    throw .fault("row \(index) of its input: \(fault)")
                }
            }
        }
        let columns = fields.map { field in
            let builder = ColumnBuilder(field.type)
            for row in input { JSONValue.append(row[field.name], to: builder) }
            return builder.finish()
        }
        return RecordBatch(schema: Schema(fields), columns: columns, rowCount: input.count)
    }
}
