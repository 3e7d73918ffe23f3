import DataPlane

/// Asks a role for candidates, a request a row.
///
/// A sample leaves when all its candidates have an answer or an outcome. Samples that are complete are handed on
/// together: what is ready goes out when it fills a batch, when the first of it has waited for a moment, or when nothing is
/// under way that could join it.
final class CompleteExecutor: NodeExecutor {
    /// A batch that came in, and whose samples are under way.
    private final class Origin {
        let batch: EngineBatch
        let number: Int
        let bytesPerRow: Int

        init(_ batch: EngineBatch, number: Int) {
            self.batch = batch
            self.number = number
            bytesPerRow = batch.rows.byteCount / max(1, batch.rows.rowCount)
        }
    }

    /// A sample under way.
    private final class Sample {
        let origin: Origin
        let rows: Range<Int>
        /// By row, counted from the sample's first; nil for a row that passes by.
        var outcomes: [[CompletionOutcome]?]
        var awaited = 0

        init(origin: Origin, rows: Range<Int>) {
            self.origin = origin
            self.rows = rows
            outcomes = Array(repeating: nil, count: rows.count)
        }

        /// Why the whole sample has to wait for another session; nil when it need not.
        var deferral: String? {
            for outcomes in outcomes {
                for case .deferred(let reason) in outcomes ?? [] { return reason }
            }
            return nil
        }
    }

    /// Samples that are done, until they make a batch.
    private struct Ready {
        var samples: [Sample] = []
        var covered: [Int64] = []
        var rows = 0
        var bytes = 0
        /// When the first of it was ready.
        var since: UInt64 = 0
    }

    /// How long an answer waits for others. A batch costs every node after this one about as much as some dozens of its
    /// rows, and answers come one by one.
    private static let gatherNanoseconds: UInt64 = 20_000_000
    /// A batch goes out when it has so many bytes, whatever its rows: recorded replies come back all at once.
    private static let batchBytes = 8 << 20

    private let context: NodeContext
    private let plan: CompletePlan
    private let decode: DecodeProfile
    private let completer: any Completer
    private let runID: String
    private let shard: (Int64) -> Int
    private let constraints: RowConstraints
    /// The fields of the node's column.
    private let adds: [Field]
    private let admission: Int
    private let batchRows: Int
    private var waiting: [(sample: Sample, row: Int)] = []
    private var nextWaiting = 0
    private var asked: [Int: (sample: Sample, row: Int, since: UInt64)] = [:]
    private var nextTicket = 0
    private var nextOrigin = 0
    private var ready = Ready()

    init(
        _ context: NodeContext, _ plan: CompletePlan, decode: DecodeProfile, completer: any Completer, runID: String,
        batchRows: Int, shard: @escaping (Int64) -> Int
    ) {
        self.context = context
        self.plan = plan
        self.decode = plan.asking(with: decode)
        constraints = RowConstraints(plan.constraints)
        adds = plan.adds
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
        for ordinal in batch.covered where !living.contains(ordinal) { cover(ordinal) }
        let origin = Origin(batch, number: nextOrigin)
        nextOrigin += 1
        for rows in batch.samples {
            let sample = Sample(origin: origin, rows: rows)
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
            do {
                completer.submit(try request(sample, row)) { post(.completion(ticket: ticket, $0)) }
            } catch {
                let outcome = CompletionOutcome.rejected(code: RowConstraints.rejectCode, detail: error.message)
                post(.completion(ticket: ticket, Array(repeating: outcome, count: decode.candidates)))
            }
        }
        if nextWaiting > 1024 || nextWaiting == waiting.count {
            waiting.removeFirst(nextWaiting)
            nextWaiting = 0
        }
    }

    private func request(_ sample: Sample, _ row: Int) throws(Failure) -> CompletionRequest {
        let rows = sample.origin.batch.rows
        let ordinal = sample.origin.batch.ordinals.int64(row)
        return CompletionRequest(
            role: plan.role, messages: ColumnView(plan.messages, in: rows).leaf.json(row), decode: decode,
            constraints: try constraints.json(rows, row),
            trace: .init(
                runID: runID, node: context.plan.id, sampleID: rows.column("sample_id")?.string(row) ?? "",
                shard: shard(ordinal)))
    }

    func resume(_ message: NodeMessage) {
        guard case .completion(let ticket, let outcomes) = message,
            let (sample, row, since) = asked.removeValue(forKey: ticket)
        else { return }
        context.worked(monotonicNanoseconds() - since)
        sample.outcomes[row - sample.rows.lowerBound] = outcomes
        sample.awaited -= 1
        if sample.awaited == 0 { settle(sample) }
        submit()
    }

    /// Puts a finished sample to those that leave with the next batch.
    private func settle(_ sample: Sample) {
        cover(sample.origin.batch.ordinals.int64(sample.rows.lowerBound))
        ready.samples.append(sample)
        var rows = 0
        for outcomes in sample.outcomes {
            rows += outcomes?.count ?? 1
            for case .reply(let reply) in outcomes ?? [] { ready.bytes += reply.text.utf8.count }
        }
        ready.rows += max(rows, sample.rows.count)
        ready.bytes += max(rows, sample.rows.count) * sample.origin.bytesPerRow
        if ready.rows >= batchRows || ready.bytes >= Self.batchBytes { flush() }
    }

    private func cover(_ ordinal: Int64) {
        if ready.covered.isEmpty { ready.since = monotonicNanoseconds() }
        ready.covered.append(ordinal)
    }

    var flushDue: UInt64? {
        if ready.covered.isEmpty { return nil }
        return asked.isEmpty ? 0 : ready.since + Self.gatherNanoseconds
    }

    func flush() {
        guard !ready.covered.isEmpty else { return }
        var done = ready
        ready = Ready()
        // Rows of one batch are copied together.
        done.samples.sort { ($0.origin.number, $0.rows.lowerBound) < ($1.origin.number, $1.rows.lowerBound) }
        let before = Self.rows(of: done.samples) ?? .empty(context.input)
        var answers = Answers(adds)
        var offset = 0
        for sample in done.samples {
            answer(sample, offset: offset, to: &answers)
            offset += sample.rows.count
        }
        let after = before.taking(answers.leaving).replacing("candidate", with: answers.numbers.finish()).appending(
            Field(context.plan.id, .structure(adds), nullable: !context.plan.when.isEmpty),
            nodeColumn(adds, added: answers.columns.finish(), isPassing: answers.isPassing))
        context.finish(
            EngineBatch(rows: before, covered: done.covered, sequence: 0),
            EngineBatch(rows: after, covered: done.covered, sequence: 0), answers.drops)
    }

    /// The rows of samples, in their order; nil for no samples.
    private static func rows(of samples: [Sample]) -> RecordBatch? {
        var parts: [RecordBatch] = []
        var start = 0
        while start < samples.count {
            let origin = samples[start].origin
            let end = samples[start...].firstIndex { $0.origin !== origin } ?? samples.count
            parts.append(origin.batch.rows.taking(samples[start..<end].flatMap(\.rows)))
            start = end
        }
        return parts.isEmpty ? nil : .concatenating(parts)
    }

    /// The rows that leave and those that end, while they are collected.
    private struct Answers {
        /// By the row that came in.
        var leaving: [Int] = []
        var isPassing: [Bool] = []
        let numbers = ColumnBuilder(.int64)
        let columns: ReplyColumns
        var drops: [Drop] = []

        init(_ fields: [Field]) { columns = ReplyColumns(fields) }
    }

    /// - Parameter offset: where the sample's rows begin.
    private func answer(_ sample: Sample, offset: Int, to answers: inout Answers) {
        if let reason = sample.deferral {
            answers.drops += (offset..<offset + sample.rows.count).map {
                Drop(row: $0, outcome: .deferred, detail: reason)
            }
            return
        }
        let candidates = sample.origin.batch.candidates
        for (index, row) in sample.rows.enumerated() {
            let first = candidates.int64(row) * Int64(decode.candidates)
            guard let outcomes = sample.outcomes[index] else {
                answers.leaving.append(offset + index)
                answers.isPassing.append(true)
                answers.numbers.append(first)
                continue
            }
            for (number, outcome) in outcomes.enumerated() {
                switch outcome {
                case .reply(let reply):
                    answers.leaving.append(offset + index)
                    answers.isPassing.append(false)
                    answers.numbers.append(first + Int64(number))
                    answers.columns.append(reply, choice: number)
                case .rejected(let code, let detail):
                    answers.drops.append(
                        Drop(
                            row: offset + index, candidate: first + Int64(number), outcome: .rejected, code: code,
                            detail: detail.isEmpty ? nil : detail))
                case .deferred: break
                }
            }
        }
    }
}

extension RecordBatch {
    /// No rows of a schema.
    static func empty(_ schema: Schema) -> RecordBatch {
        RecordBatch(schema: schema, columns: schema.fields.map { .nulls($0.type, length: 0) }, rowCount: 0)
    }
}
