import PluginABI

/// One batch on its way through a step: the columns read, the columns being built, the rows rejected.
///
/// A row's values go straight into the column builders. What a row put there is taken out again if it is rejected, or if
/// it sets an output twice; so `rowsBuilt` is the length that counts, and a column is one longer while its output is set.
///
/// What runs for every value can be inlined into the step, reaches columns without counting references, and is not
/// checked for exclusive access: a batch is used by one thread.
public final class Batch {
    @usableFromInline let context: Context

    @usableFromInline let numberOfRows: Int
    /// The columns by their slots in the declaration; nil where none is bound.
    @usableFromInline let inputs: UnsafeMutableBufferPointer<ColumnView?>
    private let spec: StepSpec
    private let columns: [ColumnBuilder]
    /// `columns`, which keeps them alive.
    @usableFromInline let outputs: UnsafeMutableBufferPointer<Unmanaged<ColumnBuilder>>
    @exclusivity(unchecked) @usableFromInline var parents: Storage
    @exclusivity(unchecked) @usableFromInline var rowsBuilt = 0
    @exclusivity(unchecked) @usableFromInline var currentRow = 0
    /// How many outputs of the row being built are set.
    @exclusivity(unchecked) @usableFromInline var outputsSet = 0
    private var rejected: [(row: Int, reject: Reject)] = []

    /// - Parameter bytesPerText: by output, how long its texts are expected to be.
    init(rows: Int, inputs: [ColumnView?], spec: StepSpec, bytesPerText: [Int], context: Context) {
        numberOfRows = rows
        self.spec = spec
        self.context = context
        self.inputs = .allocate(capacity: inputs.count)
        _ = self.inputs.initialize(from: inputs)
        columns = zip(spec.adds, bytesPerText).map {
            ColumnBuilder($0.type, isNullable: $0.isNullable, capacity: rows, bytesPerText: $1)
        }
        outputs = .allocate(capacity: columns.count)
        _ = outputs.initialize(from: columns.map { Unmanaged.passUnretained($0) })
        parents = Storage(capacity: max(rows, 1) * 8)
    }

    deinit {
        inputs.deallocate()
        outputs.deallocate()
    }

    @inlinable
    func column(_ slot: Int) -> ColumnView? {
        slot < inputs.count ? inputs[slot] : nil
    }

    /// The seed of the call, mixed with the values of a row.
    func seed(ofRow index: Int) -> UInt64 {
        var hash = RowHash(seed: context.seed)
        for (slot, read) in spec.reads.enumerated() {
            if let column = column(slot) {
                hash.mix(column, index, read.type)
            } else {
                hash.mixUnbound()
            }
        }
        return hash.value
    }

    /// Calls `body` with the column of an output of the current row, to which it appends one value.
    @inlinable
    @inline(__always)
    func set(_ slot: Int, _ body: (ColumnBuilder) throws -> Void) rethrows {
        guard slot < outputs.count else { fatalError("PluginKit: an Output was used that another step declared.") }
        try outputs[slot]._withUnsafeGuaranteedRef { column in
            if column.count > rowsBuilt {
                column.truncate(to: rowsBuilt)
                outputsSet &-= 1
            }
            try body(column)
            outputsSet &+= 1
        }
    }

    /// Runs the body for each row and sorts out what it throws.
    @inlinable
    func forEachRow(_ body: (inout Row) throws -> Void) throws(StepError) {
        var row = Row(batch: self, position: 0)
        for index in 0..<numberOfRows {
            try begin(row: index)
            row.position = index
            do {
                try body(&row)
            } catch {
                try sortOut(error, rejecting: index..<index + 1)
            }
        }
    }

    /// Tells the host that work on a row begins, unless the host wants no more of it.
    @inlinable
    @inline(__always)
    func begin(row index: Int) throws(StepError) {
        currentRow = index
        if context.host.isCancelled { throw StepError(.cancelled, "The run was cancelled.", row: index) }
        context.host.report(row: index)
    }

    /// Rejects the rows, if that is what the step has thrown; everything else fails the call.
    @usableFromInline
    func sortOut(_ error: any Error, rejecting rows: Range<Int>) throws(StepError) {
        switch error {
        case let reject as Reject: try self.reject(rows, reject)
        case var error as StepError:
            error.row = currentRow
            throw error
        default: throw StepError(.internal, "\(error)", row: currentRow)
        }
    }

    /// Ends a row of the output: what is not set becomes null, or is an error if it must not be null.
    @inlinable
    func endOutputRow() throws(StepError) {
        if outputsSet < outputs.count { try fillUnset() }
        outputsSet = 0
        parents.append(Int64(currentRow))
        rowsBuilt &+= 1
    }

    @usableFromInline
    func fillUnset() throws(StepError) {
        for (slot, column) in columns.enumerated() where column.count == rowsBuilt {
            guard column.isNullable else { throw unset(slot) }
            column.appendNull()
        }
    }

    private func unset(_ slot: Int) -> StepError {
        let name = spec.adds[slot].name
        return StepError(
            .internal, where: name, "The step did not set its output `\(name)`; set it, or declare it as nullable.",
            row: currentRow)
    }

    @usableFromInline
    func checkEmitted() throws(StepError) {
        guard rowsBuilt > 0, parent(ofBuilt: rowsBuilt - 1) == currentRow else {
            throw StepError(
                .internal, "The step made no row of an input row; call `emit`, or throw `Reject`.", row: currentRow)
        }
        // What was set after the last `emit` belongs to no row.
        takeBack(to: rowsBuilt)
    }

    private func reject(_ rows: Range<Int>, _ reject: Reject) throws(StepError) {
        guard spec.rejects.contains(where: { $0.code == reject.code }) else {
            throw StepError(
                .internal, "The step rejected a row with the code `\(reject.code)`, which it does not declare.",
                row: currentRow)
        }
        takeBackResults(from: rows.lowerBound)
        for row in rows { rejected.append((row, reject)) }
    }

    /// Forgets what became of the input rows from `row` on.
    func takeBackResults(from row: Int) {
        while let last = rejected.last, last.row >= row { rejected.removeLast() }
        var count = rowsBuilt
        while count > 0, parent(ofBuilt: count - 1) >= row { count -= 1 }
        takeBack(to: count)
    }

    /// Of which input row a row of the output was made.
    private func parent(ofBuilt row: Int) -> Int {
        Int(parents.bytes.load(fromByteOffset: row * 8, as: Int64.self))
    }

    /// Forgets all rows of the output but the first `count`, and what is set of the next.
    private func takeBack(to count: Int) {
        rowsBuilt = count
        outputsSet = 0
        parents.truncate(to: count * 8)
        for column in columns { column.truncate(to: count) }
    }

    /// The two batches to hand to the host.
    ///
    /// - Parameter bytesPerText: gets how long the texts of each output were.
    func finish(bytesPerText: inout [Int]) throws(StepError) -> (out: ArrowArray, rejects: ArrowArray) {
        for (column, spec) in zip(columns, spec.adds) where column.hasOverfullPart {
            throw StepError(
                .internal, where: spec.name,
                "Output `\(spec.name)` has grown beyond 2 GiB in one batch; make it smaller, or the batches.")
        }
        if rowsBuilt > 0 { bytesPerText = columns.map { ($0.textBytes + rowsBuilt - 1) / rowsBuilt } }
        let codes = ColumnBuilder(.utf8, isNullable: false, capacity: rejected.count)
        let details = ColumnBuilder(.utf8, isNullable: true, capacity: rejected.count)
        let rejectedParents = ColumnBuilder(.int64, isNullable: false, capacity: rejected.count)
        for (row, reject) in rejected {
            rejectedParents.append(Int64(row))
            codes.append(reject.code)
            reject.detail.append(to: details)
        }
        var rows = Storage(capacity: 0)
        swap(&rows, &parents)
        let parents = exportArray(length: rowsBuilt, nulls: 0, buffers: [nil, rows.take()], children: [])
        let out = exportArray(
            length: rowsBuilt, nulls: 0, buffers: [nil], children: [parents] + columns.map { $0.finish() })
        let rejects = exportArray(
            length: rejected.count, nulls: 0, buffers: [nil],
            children: [rejectedParents, codes, details].map { $0.finish() })
        return (out, rejects)
    }
}
