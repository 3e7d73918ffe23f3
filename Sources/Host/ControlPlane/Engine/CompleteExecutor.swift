import DataPlane

/// Asks a role for candidates, a request a row.
///
/// A sample leaves when all its candidates have an answer or an outcome. Samples that are complete are handed on
/// together; what is ready goes out when it fills a batch, or when the engine has nothing else to do.
final class CompleteExecutor: NodeExecutor {
    /// A sample under way.
    private final class Sample {
        let batch: EngineBatch
        let rows: Range<Int>
        var outcomes: [Int: [CompletionOutcome]] = [:]
        var awaited = 0

        init(batch: EngineBatch, rows: Range<Int>) {
            self.batch = batch
            self.rows = rows
        }
    }

    /// Samples that are done, until they make a batch.
    private struct Ready {
        var before: [RecordBatch] = []
        var after: [RecordBatch] = []
        var covered: [Int64] = []
        var drops: [Drop] = []
        var beforeRows = 0
        var afterRows = 0
        var afterBytes = 0
    }

    /// A batch goes out when it has so many bytes, whatever its rows: recorded replies come back all at once.
    private static let batchBytes = 8 << 20

    private let context: NodeContext
    private let plan: CompletePlan
    private let decode: DecodeProfile
    private let completer: any Completer
    private let runID: String
    private let shard: (Int64) -> Int
    private let admission: Int
    private let batchRows: Int
    private var waiting: [(sample: Sample, row: Int)] = []
    private var nextWaiting = 0
    private var asked: [Int: (sample: Sample, row: Int, since: UInt64)] = [:]
    private var nextTicket = 0
    private var ready = Ready()

    init(
        _ context: NodeContext, _ plan: CompletePlan, decode: DecodeProfile, completer: any Completer, runID: String,
        batchRows: Int, shard: @escaping (Int64) -> Int
    ) {
        self.context = context
        self.plan = plan
        self.decode = decode
        self.completer = completer
        self.runID = runID
        self.shard = shard
        self.batchRows = batchRows
        admission = max(1, completer.admission(role: plan.role))
    }

    var canStart: Bool { waiting.count - nextWaiting < admission }
    var inFlight: Int { asked.count + waiting.count - nextWaiting + ready.covered.count }

    func start(_ batch: EngineBatch) {
        let test = RowTest(context.plan.when, in: batch.rows)
        let living = Set(batch.livingOrdinals)
        // Source rows that have ended upstream need no answer: they go on with whatever leaves next.
        ready.covered += batch.covered.filter { !living.contains($0) }
        for rows in batch.samples {
            let sample = Sample(batch: batch, rows: rows)
            for row in rows where test.holds(row) {
                sample.awaited += 1
                waiting.append((sample, row))
            }
            if sample.awaited == 0 { settle(sample) }
        }
        submit()
    }

    private func submit() {
        while asked.count < admission, nextWaiting < waiting.count {
            let (sample, row) = waiting[nextWaiting]
            nextWaiting += 1
            let ticket = nextTicket
            nextTicket += 1
            asked[ticket] = (sample, row, monotonicNanoseconds())
            let post = context.post
            completer.submit(request(sample, row)) { post(.completion(ticket: ticket, $0)) }
        }
        if nextWaiting > 1024 || nextWaiting == waiting.count {
            waiting.removeFirst(nextWaiting)
            nextWaiting = 0
        }
    }

    private func request(_ sample: Sample, _ row: Int) -> CompletionRequest {
        let rows = sample.batch.rows
        let ordinal = sample.batch.ordinals.int64(row)
        return CompletionRequest(
            role: plan.role, messages: ColumnView(plan.messages, in: rows).leaf.json(row), decode: decode,
            trace: .init(
                runID: runID, node: context.plan.id, sampleID: rows.column("sample_id")?.string(row) ?? "",
                shard: shard(ordinal)))
    }

    func resume(_ message: NodeMessage) {
        guard case .completion(let ticket, let outcomes) = message,
            let (sample, row, since) = asked.removeValue(forKey: ticket)
        else { return }
        context.worked(monotonicNanoseconds() - since)
        sample.outcomes[row] = outcomes
        sample.awaited -= 1
        if sample.awaited == 0 { settle(sample) }
        submit()
    }

    /// Turns a finished sample into the rows that leave and the rows that end.
    private func settle(_ sample: Sample) {
        let offset = ready.beforeRows
        let before = sample.batch.rows.taking(Array(sample.rows))
        ready.before.append(before)
        ready.beforeRows += before.rowCount
        ready.covered.append(sample.batch.ordinals.int64(sample.rows.lowerBound))
        if let reason = deferral(of: sample) {
            ready.drops += (0..<before.rowCount).map { Drop(row: offset + $0, outcome: .deferred, detail: reason) }
        } else {
            let after = answered(sample, before: before, offset: offset)
            ready.after.append(after)
            ready.afterRows += after.rowCount
            ready.afterBytes += after.byteCount
        }
        if max(ready.beforeRows, ready.afterRows) >= batchRows || ready.afterBytes >= Self.batchBytes { flush() }
    }

    private func deferral(of sample: Sample) -> String? {
        for row in sample.rows {
            for case .deferred(let reason) in sample.outcomes[row] ?? [] { return reason }
        }
        return nil
    }

    private func answered(_ sample: Sample, before: RecordBatch, offset: Int) -> RecordBatch {
        let candidates = sample.batch.candidates
        var leaving: [Int] = []
        var isPassing: [Bool] = []
        let numbers = ColumnBuilder(.int64)
        let fields = CompletePlan.adds.map { ColumnBuilder($0.type) }
        for row in sample.rows {
            let local = row - sample.rows.lowerBound
            let first = candidates.int64(row) * Int64(decode.candidates)
            guard let outcomes = sample.outcomes[row] else {
                leaving.append(local)
                isPassing.append(true)
                numbers.append(first)
                continue
            }
            for (index, outcome) in outcomes.enumerated() {
                switch outcome {
                case .reply(let reply):
                    leaving.append(local)
                    isPassing.append(false)
                    numbers.append(first + Int64(index))
                    Self.append(reply, to: fields)
                case .rejected(let code, let detail):
                    ready.drops.append(
                        Drop(
                            row: offset + local, candidate: first + Int64(index), outcome: .rejected, code: code,
                            detail: detail.isEmpty ? nil : detail))
                case .deferred: break
                }
            }
        }
        return before.taking(leaving).replacing("candidate", with: numbers.finish()).appending(
            Field(
                context.plan.id, .structure(CompletePlan.adds), nullable: !context.plan.when.isEmpty),
            nodeColumn(CompletePlan.adds, added: fields.map { $0.finish() }, isPassing: isPassing))
    }

    private static func append(_ reply: CompletionReply, to fields: [ColumnBuilder]) {
        fields[0].append(reply.text)
        fields[1].append(reply.finishReason)
        for (builder, count) in zip(fields[2...3], [reply.promptTokens, reply.completionTokens]) {
            if let count { builder.append(count) } else { builder.appendNull() }
        }
        fields[4].append(reply.providerID)
        fields[5].append(reply.model)
    }

    func flush() {
        guard !ready.covered.isEmpty else { return }
        let done = ready
        ready = Ready()
        let before = done.before.isEmpty ? nil : RecordBatch.concatenating(done.before)
        let after = done.after.isEmpty ? nil : RecordBatch.concatenating(done.after)
        context.finish(
            EngineBatch(rows: before ?? .empty(context.input), covered: done.covered, sequence: 0),
            EngineBatch(rows: after ?? .empty(context.plan.output), covered: done.covered, sequence: 0), done.drops)
    }
}

extension RecordBatch {
    /// No rows of a schema.
    static func empty(_ schema: Schema) -> RecordBatch {
        RecordBatch(schema: schema, columns: schema.fields.map { .nulls($0.type, length: 0) }, rowCount: 0)
    }
}
