import DataPlane
import PluginABI

/// Reads what a step returned for a batch, checks it, and turns it into the columns of its spec.
///
/// Structure, text and nulls are checked when the Arrow arrays are read into columns (``RecordBatch``); here are the
/// rules that need to know what the step promised.
struct BatchChecker: Sendable {
    /// One of the two batches that come back.
    struct Part: Sendable {
        /// As the plugin's author knows it.
        let name: String
        let batch: RecordBatch
        /// What is wrong with rows of it, when that costs the rows and no more.
        var faults: [ArrowFault] = []
    }

    let identity: StepIdentity
    let bound: BoundStep
    private let step: StepSpec
    private let columns: [ColumnChecker]
    private let addedSchema: Schema
    /// Whether a rule that a row breaks costs the row, and not the run.
    private let rejectsRows: Bool

    /// The schemas of the two batches that come back.
    let outputSchema: Schema
    let rejectSchema = Schema(StepResult.rejectFields)

    init(
        _ bound: BoundStep, step: StepSpec, identity: StepIdentity, onViolation: UsePlan.OnViolation = .fail
    ) {
        self.identity = identity
        self.bound = bound
        self.step = step
        rejectsRows = onViolation == .quarantine
        outputSchema = Schema(StepResult.outputFields(bound.announced))
        columns = step.adds.map { ColumnChecker($0) }
        addedSchema = Schema(step.adds.map(\.field))
    }

    /// Reads the batch of added columns.
    ///
    /// - Parameter bufferLengths: see ``RecordBatch``.
    /// - Complexity: O(bytes).
    func readOut(_ array: UnsafePointer<ArrowArray>, _ bufferLengths: [Int]? = nil) throws(Violation) -> Part {
        try read("out", array, outputSchema, bufferLengths)
    }

    /// Reads the batch of rejected rows.
    func readRejects(_ array: UnsafePointer<ArrowArray>, _ bufferLengths: [Int]? = nil) throws(Violation) -> Part {
        try read("rejects", array, rejectSchema, bufferLengths)
    }

    private func read(
        _ name: String, _ array: UnsafePointer<ArrowArray>, _ schema: Schema, _ bufferLengths: [Int]?
    ) throws(Violation) -> Part {
        do throws(ArrowFault) {
            guard array.pointee.release != nil else {
                throw ArrowFault(.released, path: "", "the array was not filled")
            }
            guard rejectsRows else {
                return Part(
                    name: name, batch: try RecordBatch(copying: array, schema: schema, bufferLengths: bufferLengths))
            }
            var faults: [ArrowFault] = []
            let batch = try RecordBatch(
                copying: array, schema: schema, bufferLengths: bufferLengths, rowFaults: &faults)
            return Part(name: name, batch: batch, faults: faults)
        } catch {
            throw Violation(error, in: name)
        }
    }

    /// Checks two batches that have been read.
    ///
    /// - Parameter rowCount: rows of the batch that the step was given.
    /// - Complexity: O(rows), plus O(bytes) for columns with a pattern or JSON.
    func check(_ out: Part, _ rejects: Part, rowCount: Int) throws(Violation) -> StepOutput {
        let parents = out.batch.columns[0].int64s
        let rejected = rejects.batch.columns[0].int64s
        for part in [out, rejects] {
            // Whose row it is cannot be told then.
            if let fault = part.faults.first(where: { $0.path == StepResult.parent.name }) {
                throw Violation(fault, in: part.name)
            }
        }
        try ParentCheck(rowCount: rowCount, allowsSeveral: step.cardinality == .many).check(parents, rejected)
        var breaches = Breaches(isFatal: !rejectsRows)
        try breaches.add(out.faults.map { Violation($0, in: out.name) }, parents)
        try breaches.add(rejects.faults.map { Violation($0, in: rejects.name) }, rejected)
        let reasons = try readReasons(rejects.batch, rejected, &breaches)
        var added: [Column] = []
        for (spec, checker) in zip(step.adds, columns) {
            guard let index = bound.announced.firstIndex(where: { $0.name == spec.field.name }) else {
                added.append(.nulls(spec.field.type, length: out.batch.rowCount))
                continue
            }
            let column = out.batch.columns[index + 1]
            try breaches.add(checker.violations(in: column, onlyFirst: !rejectsRows), parents)
            added.append(column)
        }
        let batch = RecordBatch(schema: addedSchema, columns: added, rowCount: out.batch.rowCount)
        let rows = parents.withMemoryRebound(to: Int.self) { Array($0) }
        return breaches.applied(to: StepOutput(added: batch, parents: rows, rejects: reasons))
    }

    /// Checks two batches, of which a broken rule is the plugin's fault.
    func check(out: RecordBatch, rejects: RecordBatch, rowCount: Int) throws(Failure) -> StepOutput {
        do {
            return try check(Part(name: "out", batch: out), Part(name: "rejects", batch: rejects), rowCount: rowCount)
        } catch {
            throw identity.violation(error)
        }
    }

    static func tooLarge(_ byteCount: Int, limit: Int) -> Violation {
        Violation(
            .size, "the batch it returned has \(byteCount) bytes, the cap is \(limit); its rows must become smaller")
    }

    private func readReasons(
        _ rejects: RecordBatch, _ parents: UnsafeBufferPointer<Int64>, _ breaches: inout Breaches
    ) throws(Violation) -> [StepReject] {
        var reasons: [StepReject] = []
        for row in 0..<rejects.rowCount {
            let code = rejects.columns[1].string(row)
            if !step.rejects.contains(where: { $0.code == code }) {
                try breaches.add([unknownCode(code, row)], parents)
            }
            let detail = rejects.columns[2].optionalString(row)
            reasons.append(StepReject(parent: Int(parents[row]), code: code, detail: detail))
        }
        return reasons
    }

    private func unknownCode(_ code: String, _ row: Int) -> Violation {
        let known = step.rejects.map(\.code).joined(separator: ", ")
        // Only what looks like a code is shown: anything else may be data.
        let shown = code.utf8.count <= 64 && SpecObject.isIdentifier(code) ? "'\(code)'" : "the text"
        return Violation(
            .code, column: "code", row: row,
            "\(shown) is not a code of the spec, which has \(known.isEmpty ? "none" : known)")
    }
}

/// The rules that single rows break.
private struct Breaches {
    /// Whether one is enough.
    let isFatal: Bool
    /// The first of each input row.
    private var byParent: [Int: Violation] = [:]

    init(isFatal: Bool) { self.isFatal = isFatal }

    /// - Parameter parents: of the rows that the violations count.
    mutating func add(_ violations: [Violation], _ parents: UnsafeBufferPointer<Int64>) throws(Violation) {
        for violation in violations {
            guard !isFatal, let row = violation.row, row < parents.count else { throw violation }
            let parent = Int(parents[row])
            if byParent[parent] == nil { byParent[parent] = violation }
        }
    }

    /// What is left of an output without the rows that break a rule, which are rejected.
    func applied(to output: StepOutput) -> StepOutput {
        if byParent.isEmpty { return output }
        let kept = output.parents.indices.filter { byParent[output.parents[$0]] == nil }
        var rejects = output.rejects.filter { byParent[$0.parent] == nil }
        rejects += byParent.map { StepReject(parent: $0, code: contractViolationCode, detail: $1.evidence) }
        return StepOutput(
            added: output.added.taking(kept), parents: kept.map { output.parents[$0] },
            rejects: rejects.sorted { $0.parent < $1.parent })
    }
}
