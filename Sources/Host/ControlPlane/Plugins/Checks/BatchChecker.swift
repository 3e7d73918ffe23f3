import DataPlane

/// Checks what a step returned for a batch and turns it into the columns of its spec.
///
/// Structure, text and nulls have been checked when the Arrow arrays were read into columns (``RecordBatch``); here are
/// the rules that need to know what the step promised.
struct BatchChecker: Sendable {
    let identity: StepIdentity
    let bound: BoundStep
    private let step: StepSpec
    private let columns: [ColumnChecker]

    /// The schemas of the two batches that come back.
    let outputSchema: Schema
    let rejectSchema = Schema(StepResult.rejectFields)

    init(_ bound: BoundStep, step: StepSpec, identity: StepIdentity) {
        self.identity = identity
        self.bound = bound
        self.step = step
        outputSchema = Schema(StepResult.outputFields(bound.announced))
        columns = step.adds.map { ColumnChecker($0) }
    }

    /// - Parameters:
    ///   - out: the batch of ``outputSchema``.
    ///   - rejects: the batch of ``rejectSchema``.
    ///   - rowCount: rows of the batch that the step was given.
    /// - Complexity: O(rows), plus O(bytes) for columns with a pattern.
    func check(out: RecordBatch, rejects: RecordBatch, rowCount: Int) throws(Failure) -> StepOutput {
        let parents = out.columns[0].int64s
        let rejected = rejects.columns[0].int64s
        try checkParents(parents, rejected, rowCount)
        let reasons = try readRejects(rejects, rejected)
        var added: [Column] = []
        for (spec, checker) in zip(step.adds, columns) {
            guard let index = bound.announced.firstIndex(where: { $0.name == spec.field.name }) else {
                added.append(.nulls(spec.field.type, length: out.rowCount))
                continue
            }
            let column = out.columns[index + 1]
            if let fault = checker.fault(column) {
                throw identity.violation(.constraint, column: spec.field.name, row: fault.row, fault.message)
            }
            added.append(column)
        }
        let batch = RecordBatch(schema: Schema(step.adds.map(\.field)), columns: added, rowCount: out.rowCount)
        return StepOutput(added: batch, parents: parents.map { Int($0) }, rejects: reasons)
    }

    /// A fault of the Arrow arrays, in the words of the spec's rules.
    func violation(_ fault: ArrowFault, in part: String) -> Failure {
        let rule: BatchRule =
            switch fault.rule {
            case .utf8: .utf8
            case .notNullable: .null
            default: .structure
            }
        let column = fault.path.isEmpty ? nil : fault.path
        return identity.violation(rule, column: column, row: fault.row, "in '\(part)', \(fault.message)")
    }

    func tooLarge(_ byteCount: Int, limit: Int) -> Failure {
        identity.violation(
            .size, "the batch it returned has \(byteCount) bytes, the cap is \(limit); its rows must become smaller")
    }

    private func checkParents(
        _ parents: UnsafeBufferPointer<Int64>, _ rejected: UnsafeBufferPointer<Int64>, _ rowCount: Int
    ) throws(Failure) {
        try checkAscending(parents, rowCount, repeats: step.cardinality == .many, part: "out")
        try checkAscending(rejected, rowCount, repeats: false, part: "rejects")
        // Both ascend, so one walk along the input rows sees everything.
        var (next, nextRejected) = (0, 0)
        for row in 0..<rowCount {
            let start = next
            while next < parents.count, parents[next] == row { next += 1 }
            let isRejected = nextRejected < rejected.count && rejected[nextRejected] == row
            if isRejected { nextRejected += 1 }
            if isRejected, next > start {
                throw identity.violation(.parent, row: row, "the input row is both in 'out' and in 'rejects'")
            }
            if !isRejected, next == start {
                throw identity.violation(.parent, row: row, "the input row is neither in 'out' nor in 'rejects'")
            }
        }
    }

    private func checkAscending(
        _ parents: UnsafeBufferPointer<Int64>, _ rowCount: Int, repeats: Bool, part: String
    ) throws(Failure) {
        var last: Int64 = -1
        for (row, parent) in parents.enumerated() {
            guard parent >= 0, parent < rowCount else {
                throw identity.violation(
                    .parent, column: "parent", row: row,
                    "in '\(part)', there is no input row \(parent): the batch has \(rowCount) rows")
            }
            if parent < last {
                throw identity.violation(
                    .parent, column: "parent", row: row,
                    "in '\(part)', the parents do not ascend: \(parent) comes after \(last)")
            }
            if parent == last, !repeats {
                throw identity.violation(
                    .parent, column: "parent", row: row, "in '\(part)', the input row \(parent) comes twice")
            }
            last = parent
        }
    }

    private func readRejects(
        _ rejects: RecordBatch, _ parents: UnsafeBufferPointer<Int64>
    ) throws(Failure) -> [StepReject] {
        var reasons: [StepReject] = []
        for row in 0..<rejects.rowCount {
            let code = rejects.columns[1].string(row)
            guard step.rejects.contains(where: { $0.code == code }) else {
                let known = step.rejects.map(\.code).joined(separator: ", ")
                // Only what looks like a code is shown: anything else may be data.
                let shown = code.utf8.count <= 64 && SpecObject.isIdentifier(code) ? "'\(code)'" : "the text"
                throw identity.violation(
                    .code, column: "code", row: row,
                    "\(shown) is not a code of the spec, which has \(known.isEmpty ? "none" : known)")
            }
            let detail = rejects.columns[2].optionalString(row)
            reasons.append(StepReject(parent: Int(parents[row]), code: code, detail: detail))
        }
        return reasons
    }
}

extension Column {
    /// The values of an int64 column.
    var int64s: UnsafeBufferPointer<Int64> {
        values?.elements(of: Int64.self) ?? UnsafeBufferPointer(start: nil, count: 0)
    }
}
