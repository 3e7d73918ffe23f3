import DataPlane

/// Reads what `bind` filled.
enum BindReader {
    /// The columns, or nil where a schema is not sound.
    static func fields(_ answer: Probe.Bound) -> (reads: [Field], adds: [Field])? {
        guard answer.reads.pointer.pointee.release != nil, answer.adds.pointer.pointee.release != nil,
            let reads = try? Schema(copying: answer.reads.pointer).fields,
            let adds = try? Schema(copying: answer.adds.pointer).fields
        else { return nil }
        return (reads, adds)
    }

    /// What is agreed on, or nil where it is against the spec.
    static func bound(
        _ fields: (reads: [Field], adds: [Field]), _ offered: [Field], _ trial: StepTrial
    ) -> BoundStep? {
        try? BoundStep(reads: fields.reads, adds: fields.adds, offered: offered, step: trial.step)
    }
}
