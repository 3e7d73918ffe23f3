import DataPlane

/// Asks a role for the vectors of texts, several in a request.
///
/// Equal texts that are under way are asked for once. A batch leaves when all its rows have a vector or an outcome.
final class EmbedExecutor: NodeExecutor {
    /// A batch under way.
    private final class Pending {
        let batch: EngineBatch
        let isPassing: [Bool]
        var outcomes: [Int: CompletionOutcome] = [:]
        var awaited: Int

        init(batch: EngineBatch, isPassing: [Bool]) {
            self.batch = batch
            self.isPassing = isPassing
            awaited = isPassing.count { !$0 }
        }
    }

    /// Texts of one request, and how many bytes they have at most together, unless one alone has more.
    private static let mostTexts = 64
    private static let mostBytes = 64 * 1024

    static let rejectCode = "vector_invalid"

    private let context: NodeContext
    private let plan: EmbedPlan
    private let completer: any Completer
    private let runID: String
    private let shard: (Int64) -> Int
    private let admission: Int
    private let parser = JSONParser()
    /// The rows that wait for a text's vector.
    private var rows: [ExactText: [(pending: Pending, row: Int)]] = [:]
    /// Texts that nobody has asked for yet, in the order of their coming.
    private var waiting: [ExactText] = []
    private var asked: [Int: (texts: [ExactText], since: UInt64)] = [:]
    private var nextTicket = 0
    private var pendingCount = 0

    init(
        _ context: NodeContext, _ plan: EmbedPlan, completer: any Completer, runID: String,
        shard: @escaping (Int64) -> Int
    ) {
        self.context = context
        self.plan = plan
        self.completer = completer
        self.runID = runID
        self.shard = shard
        admission = max(1, completer.admission(role: plan.role))
    }

    var canStart: Bool { waiting.count < Self.mostTexts }
    var inFlight: Int { pendingCount }

    func start(_ batch: EngineBatch) {
        let test = RowTest(context.plan.when, in: batch.rows)
        let pending = Pending(batch: batch, isPassing: (0..<batch.rows.rowCount).map { !test.holds($0) })
        pendingCount += 1
        if pending.awaited == 0 { return finish(pending) }
        let input = ColumnView(plan.input, in: batch.rows).leaf
        for row in 0..<batch.rows.rowCount where !pending.isPassing[row] {
            let text = ExactText(input.string(row))
            if rows[text, default: []].isEmpty { waiting.append(text) }
            rows[text, default: []].append((pending, row))
        }
        submit()
    }

    private func submit() {
        while asked.count < admission, !waiting.isEmpty {
            var texts: [ExactText] = []
            var bytes = 0
            for text in waiting.prefix(Self.mostTexts) {
                bytes += text.text.utf8.count
                if bytes > Self.mostBytes, !texts.isEmpty { break }
                texts.append(text)
            }
            waiting.removeFirst(texts.count)
            let ticket = nextTicket
            nextTicket += 1
            asked[ticket] = (texts, monotonicNanoseconds())
            let post = context.post
            completer.submit(request(texts)) { post(.completion(ticket: ticket, $0)) }
        }
    }

    /// - Parameter texts: at least one, which some row waits for.
    private func request(_ texts: [ExactText]) -> CompletionRequest {
        guard let (pending, row) = rows[texts[0]]?.first else { preconditionFailure("nobody waits for a text") }
        return CompletionRequest(
            embedding: texts.map(\.text), role: plan.role,
            trace: .init(
                runID: runID, node: context.plan.id,
                sampleID: pending.batch.rows.column("sample_id")?.string(row) ?? "",
                shard: shard(pending.batch.ordinals.int64(row))))
    }

    func resume(_ message: NodeMessage) {
        guard case .completion(let ticket, let outcomes) = message,
            let (texts, since) = asked.removeValue(forKey: ticket)
        else { return }
        context.worked(monotonicNanoseconds() - since)
        for (text, outcome) in zip(texts, outcomes) {
            for (pending, row) in rows.removeValue(forKey: text) ?? [] {
                pending.outcomes[row] = outcome
                pending.awaited -= 1
                if pending.awaited == 0 { finish(pending) }
            }
        }
        submit()
    }

    private func finish(_ pending: Pending) {
        pendingCount -= 1
        var leaving: [Int] = []
        var isPassing: [Bool] = []
        var drops: [Drop] = []
        let vectors = ColumnBuilder(EmbedPlan.adds[0].type)
        for sample in pending.batch.samples {
            if let reason = deferral(of: sample, pending) {
                drops += sample.map { Drop(row: $0, outcome: .deferred, detail: reason) }
                continue
            }
            for row in sample {
                switch pending.outcomes[row] {
                case .rejected(let code, let detail):
                    drops.append(
                        Drop(row: row, outcome: .rejected, code: code, detail: detail.isEmpty ? nil : detail))
                    continue
                case .reply(let reply):
                    guard append(reply, to: vectors) else {
                        drops.append(
                            Drop(
                                row: row, outcome: .rejected, code: Self.rejectCode,
                                detail: "the recorded answer is no vector"))
                        continue
                    }
                case .deferred, nil: break
                }
                leaving.append(row)
                isPassing.append(pending.isPassing[row])
            }
        }
        let rows = pending.batch.rows.taking(leaving).appending(
            Field(context.plan.id, .structure(EmbedPlan.adds), nullable: !context.plan.when.isEmpty),
            nodeColumn(EmbedPlan.adds, added: [vectors.finish()], isPassing: isPassing))
        context.finish(pending.batch, pending.batch.with(rows), drops)
    }

    private func deferral(of sample: Range<Int>, _ pending: Pending) -> String? {
        for row in sample {
            if case .deferred(let reason) = pending.outcomes[row] { return reason }
        }
        return nil
    }

    /// - Returns: false when it is no vector, which only a recording written by hand can be.
    private func append(_ reply: CompletionReply, to vectors: ColumnBuilder) -> Bool {
        let elements = (try? parser.parse(reply.text))?.array ?? []
        let numbers = elements.compactMap(\.double)
        guard !numbers.isEmpty, numbers.count == elements.count else { return false }
        for number in numbers { vectors.children[0].append(number) }
        vectors.appendValid()
        return true
    }
}
