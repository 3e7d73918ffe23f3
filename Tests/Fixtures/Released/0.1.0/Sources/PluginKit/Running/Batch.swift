import PluginABI

/// One batch on its way through a step: the columns read, the columns being built, the rows rejected.
///
/// A row's values go straight into the column builders. What a row put there is taken out again if it is rejected, or if
/// it sets an output twice; so `rowsBuilt` is the length that counts, and a column is one longer while its output is set.
public final class Batch {
    let context: Context

    /// Where the batch's rows begin in its columns: a slice of a larger batch does not begin at 0.
    let firstRow: Int

    private let numberOfRows: Int
    /// The columns by their slots in the declaration; nil where none is bound.
    private let inputs: [ColumnView?]
    private let spec: StepSpec
    private let outputs: [ColumnBuilder]
    /// The same, for the way that every value takes: counting references there would double its cost.
    private let borrowedOutputs: [Unmanaged<ColumnBuilder>]
    private let parents: ColumnBuilder
    @exclusivity(unchecked) private var rowsBuilt = 0
    @exclusivity(unchecked) private var rowsBuiltBefore = 0
    @exclusivity(unchecked) private var currentRow = 0
    private var rejected: [(row: Int, reject: Reject)] = []

    init(rows: Int, firstRow: Int, inputs: [ColumnView?], spec: StepSpec, context: Context) {
        numberOfRows = rows
        self.firstRow = firstRow
        self.inputs = inputs
        self.spec = spec
        self.context = context
        outputs = spec.adds.map { ColumnBuilder($0.type, isNullable: $0.isNullable, capacity: rows) }
        borrowedOutputs = outputs.map { Unmanaged.passUnretained($0) }
        parents = ColumnBuilder(.int64, isNullable: false, capacity: rows)
    }

    func column(_ slot: Int) -> ColumnView? {
        slot < inputs.count ? inputs[slot] : nil
    }

    /// Sets an output of the current row.
    func set<T: ColumnValue>(_ slot: Int, to value: T) {
        guard slot < outputs.count else { fatalError("PluginKit: an Output was used that another step declared.") }
        borrowedOutputs[slot]._withUnsafeGuaranteedRef { column in
            if column.count > rowsBuilt { column.truncate(to: rowsBuilt) }
            value.append(to: column)
        }
    }

    /// Runs the body for each row and sorts out what it throws.
    func forEachRow(_ body: (inout Row) throws -> Void) throws(StepError) {
        var row = Row(batch: self, index: 0)
        for index in 0..<numberOfRows {
            if context.isCancelled { throw StepError(.cancelled, "The run was cancelled.", row: index) }
            context.host.report(row: index)
            row.index = index
            currentRow = index
            rowsBuiltBefore = rowsBuilt
            do {
                try body(&row)
            } catch let reject as Reject {
                try self.reject(reject)
            } catch let error as StepError {
                var error = error
                error.row = index
                throw error
            } catch {
                throw StepError(.internal, "\(error)", row: index)
            }
        }
    }

    /// Ends a row of the output: what is not set becomes null, or is an error if it must not be null.
    func endOutputRow() throws(StepError) {
        for (slot, column) in outputs.enumerated() where column.count == rowsBuilt {
            guard column.isNullable else { throw unset(slot) }
            column.appendNull()
        }
        parents.append(Int64(currentRow))
        rowsBuilt += 1
    }

    private func unset(_ slot: Int) -> StepError {
        let name = spec.adds[slot].name
        return StepError(
            .internal, where: name, "The step did not set its output `\(name)`; set it, or declare it as nullable.",
            row: currentRow)
    }

    func checkEmitted() throws(StepError) {
        guard rowsBuilt > rowsBuiltBefore else {
            throw StepError(
                .internal, "The step made no row of an input row; call `emit`, or throw `Reject`.", row: currentRow)
        }
        // What was set after the last `emit` belongs to no row.
        for column in outputs { column.truncate(to: rowsBuilt) }
    }

    private func reject(_ reject: Reject) throws(StepError) {
        guard spec.rejects.contains(where: { $0.code == reject.code }) else {
            throw StepError(
                .internal, "The step rejected a row with the code `\(reject.code)`, which it does not declare.",
                row: currentRow)
        }
        rowsBuilt = rowsBuiltBefore
        for column in outputs + [parents] { column.truncate(to: rowsBuilt) }
        rejected.append((currentRow, reject))
    }

    /// The two batches to hand to the host.
    func finish() throws(StepError) -> (out: ArrowArray, rejects: ArrowArray) {
        for (column, spec) in zip(outputs, spec.adds) where column.hasOverfullPart {
            throw StepError(
                .internal, where: spec.name,
                "Output `\(spec.name)` has grown beyond 2 GiB in one batch; make it smaller, or the batches.")
        }
        let codes = ColumnBuilder(.utf8, isNullable: false, capacity: rejected.count)
        let details = ColumnBuilder(.utf8, isNullable: true, capacity: rejected.count)
        let rejectedParents = ColumnBuilder(.int64, isNullable: false, capacity: rejected.count)
        for (row, reject) in rejected {
            rejectedParents.append(Int64(row))
            codes.append(reject.code)
            reject.detail.append(to: details)
        }
        let out = exportArray(
            length: rowsBuilt, nulls: 0, buffers: [nil], children: ([parents] + outputs).map { $0.finish() })
        let rejects = exportArray(
            length: rejected.count, nulls: 0, buffers: [nil],
            children: [rejectedParents, codes, details].map { $0.finish() })
        return (out, rejects)
    }
}
