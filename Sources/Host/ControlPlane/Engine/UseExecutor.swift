import DataPlane

/// Sends rows through a plugin's step.
final class UseExecutor: NodeExecutor {
    /// A batch that is with the runner.
    private struct Pending {
        var batch: EngineBatch
        /// Rows that passed by.
        var isPassing: [Bool]
        /// Rows that the runner has, by their number in the batch.
        var sent: [Int]
        /// Rows that the journal says have failed before.
        var known: [Drop]
        var startNanoseconds = monotonicNanoseconds()
    }

    private let context: NodeContext
    private let plan: UsePlan
    private let fields: [Field]
    private let runner: any StepRunner
    private let paths: [ColumnPath]
    private let seed: UInt64
    private let crashes: CrashWatch
    private var pending: [Int: Pending] = [:]
    private var nextTicket = 0

    /// - Parameters:
    ///   - seed: the step's only randomness; depends on the contract and the node alone.
    ///   - crashes: counts the rows that end workers.
    init(_ context: NodeContext, _ plan: UsePlan, runner: any StepRunner, seed: UInt64, crashes: CrashWatch) {
        self.context = context
        self.plan = plan
        self.runner = runner
        self.seed = seed
        self.crashes = crashes
        fields = plan.step.adds.map(\.field)
        let paths = Dictionary(uniqueKeysWithValues: plan.bindings.map { ($0.offered.name, $0.path) })
        self.paths = runner.reads.map { field in
            guard let path = paths[field.name] else {
                preconditionFailure("the step wants '\(field.name)', which is not bound")
            }
            return path
        }
    }

    var canStart: Bool { pending.count < runner.parallelism + 1 }
    var inFlight: Int { pending.count }

    func start(_ batch: EngineBatch) throws(Failure) {
        let test = RowTest(context.plan.when, in: batch.rows)
        let candidates = batch.candidates
        let ordinals = batch.ordinals
        var item = Pending(batch: batch, isPassing: [], sent: [], known: [])
        for row in 0..<batch.rows.rowCount {
            let passes = !test.holds(row)
            item.isPassing.append(passes)
            if passes { continue }
            if let known = context.journal.entry(
                node: context.plan.id, ordinal: ordinals.int64(row), candidate: candidates.int64(row))
            {
                item.known.append(Drop(row: row, outcome: .rejected, code: known.code, detail: known.detail))
            } else {
                item.sent.append(row)
            }
        }
        crashes.see(rows: item.sent.count + item.known.count)
        for known in item.known {
            try crashes.note(ordinal: ordinals.int64(known.row), code: known.code ?? "", detail: known.detail)
        }
        guard !item.sent.isEmpty else {
            return finish(item, StepOutput(added: emptyAdded, parents: [], rejects: []))
        }
        var call = StepCall(
            batch: RecordBatch(
                schema: Schema(runner.reads), columns: paths.map { ColumnView($0, in: batch.rows).taking(item.sent) },
                rowCount: item.sent.count),
            number: UInt64(nextTicket), seed: seed, sampleStarts: Self.sampleStarts(item.sent, ordinals))
        call.crashes = CrashReport(watch: crashes, ordinals: item.sent.map { ordinals.int64($0) })
        let ticket = nextTicket
        nextTicket += 1
        pending[ticket] = item
        let post = context.post
        runner.run(call) { post(.step(ticket: ticket, $0)) }
    }

    private var emptyAdded: RecordBatch {
        RecordBatch(schema: Schema(fields), columns: fields.map { .nulls($0.type, length: 0) }, rowCount: 0)
    }

    private static func sampleStarts(_ rows: [Int], _ ordinals: Column) -> [Int] {
        rows.indices.filter { $0 == 0 || ordinals.int64(rows[$0]) != ordinals.int64(rows[$0 - 1]) }
    }

    func resume(_ message: NodeMessage) throws(Failure) {
        guard case .step(let ticket, let result) = message, let item = pending.removeValue(forKey: ticket) else {
            return
        }
        let output = try result.get()
        context.worked(monotonicNanoseconds() - item.startNanoseconds)
        for reject in output.rejects where reject.isBackstop {
            let row = item.sent[reject.parent]
            try context.journal.append(
                node: context.plan.id, ordinal: item.batch.ordinals.int64(row),
                candidate: item.batch.candidates.int64(row), code: reject.code, detail: reject.detail)
        }
        finish(item, output)
    }

    private func finish(_ item: Pending, _ output: StepOutput) {
        var leaving: [Int] = []
        var isPassing: [Bool] = []
        var next = 0
        for row in 0..<item.batch.rows.rowCount {
            if item.isPassing[row] {
                leaving.append(row)
                isPassing.append(true)
                continue
            }
            while next < output.parents.count, item.sent[output.parents[next]] == row {
                leaving.append(row)
                isPassing.append(false)
                next += 1
            }
        }
        let added = fields.map { field in
            output.added.column(field.name) ?? .nulls(field.type, length: output.added.rowCount)
        }
        var rows = item.batch.rows.taking(leaving)
        if plan.step.cardinality == .many { rows = Self.renumbered(rows) }
        rows = rows.appending(
            Field(context.plan.id, .structure(fields), nullable: !context.plan.when.isEmpty),
            nodeColumn(fields, added: added, isPassing: isPassing))
        var drops = item.known
        drops += output.rejects.map {
            Drop(row: item.sent[$0.parent], outcome: .rejected, code: $0.code, detail: $0.detail)
        }
        drops.sort { $0.row < $1.row }
        context.finish(item.batch, item.batch.with(rows), drops)
    }

    /// Candidates counted anew within each sample.
    private static func renumbered(_ rows: RecordBatch) -> RecordBatch {
        let batch = EngineBatch(rows: rows, covered: [], sequence: 0)
        let builder = ColumnBuilder(.int64)
        for sample in batch.samples {
            for index in 0..<sample.count { builder.append(Int64(index)) }
        }
        return rows.replacing("candidate", with: builder.finish())
    }
}
