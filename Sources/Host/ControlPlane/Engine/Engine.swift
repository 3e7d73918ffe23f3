import DataPlane

/// Runs a plan: streams rows from the source through the nodes into the artifacts.
///
/// One thread owns all state: it takes results from the mailbox, moves batches between nodes, and keeps the books.
/// Reading the source, running steps, asking models and writing files happen on other threads, which only send messages.
///
/// ```
/// source ─▶ queue ─▶ node ─▶ queue ─▶ node ─▶ … ─▶ end ─▶ storage
///             └ bounded by what may be open at once; the source is asked for more only while there is room ┘
/// ```
///
/// Memory depends on ``EngineSettings``, not on the number of rows.
public final class Engine {
    let plan: Plan
    let settings: EngineSettings
    let parts: EngineParts
    let mailbox: Mailbox<EngineMessage>
    var stations: [Station] = []
    var ledger: Ledger
    var sealedShards: Set<Int>
    private let sourceConsumers: [Station.Consumer]
    private let hasIdentify: Bool
    private var storage: StorageThread?
    private var storageBacklog = 0
    private var sealsUnderWay = 0
    private var sequence = 0
    private var rowsRead = 0
    private var isReading = false
    private var isExhausted = false
    private var stopSignal: Int32?
    private var deferralReason: String?
    private var newlySealed = 0

    /// - Parameters:
    ///   - sealed: the books of the shards that earlier starts of the run have sealed, by shard.
    ///   - stop: lets other threads end the run in good order.
    public init(plan: Plan, settings: EngineSettings, parts: EngineParts, sealed: [Int: Books], stop: EngineStop) {
        self.plan = plan
        self.settings = settings
        self.parts = parts
        mailbox = stop.mailbox
        sealedShards = Set(sealed.keys)
        ledger = Ledger(nodes: plan.nodes.map(\.id), shardRows: plan.shardRows, sealed: Set(sealed.keys))
        for (_, books) in sealed { ledger.add(sealed: books) }
        sourceConsumers = Station.consumers(of: .source, plan)
        hasIdentify = plan.nodes.contains { if case .identify = $0.verb { true } else { false } }
        stations = plan.nodes.enumerated().map {
            Station(index: $0.offset, plan: $0.element, graph: plan, spoolFolder: parts.spoolFolder)
        }
    }

    /// Runs to the end, or until it is stopped.
    ///
    /// - Throws: the first cause: a plugin at fault, a file that cannot be read or written, books that do not balance.
    public func run() throws(Failure) -> EngineResult {
        for station in stations { station.executor = try makeExecutor(station) }
        let writeBooks = parts.writeBooks
        let storage = StorageThread(store: parts.store, mailbox: mailbox, writeBooks: writeBooks)
        self.storage = storage
        let feeder = SourceFeeder(
            makeReader: parts.makeReader, batchRows: settings.batchRows, shardRows: plan.shardRows, mailbox: mailbox)
        defer {
            feeder.stop()
            storage.stop()
            // An executor and its station hold each other; what they hold besides has files to clear away.
            for station in stations { station.executor = nil }
        }
        var progressDue = monotonicNanoseconds() + settings.progressNanoseconds
        while true {
            try dispatch()
            try sealWhatIsComplete()
            requestMore(feeder)
            if isFinished { break }
            let deadline = min(progressDue, flushDue ?? .max)
            for message in mailbox.receive(deadlineNanoseconds: deadline) { try handle(message) }
            if progressDue <= monotonicNanoseconds() {
                parts.onProgress(progress)
                progressDue = monotonicNanoseconds() + settings.progressNanoseconds
            }
        }
        parts.onProgress(progress)
        return result()
    }

    private var isFinished: Bool {
        let isReadingDone = isExhausted || (stopSignal != nil && !isReading)
        return isReadingDone && storageBacklog == 0 && sealsUnderWay == 0
            && stations.allSatisfy { $0.queued == 0 && ($0.executor?.inFlight ?? 0) == 0 }
            && ledger.openRows == 0
    }

    private func requestMore(_ feeder: SourceFeeder) {
        guard !isReading, !isExhausted, stopSignal == nil, storageBacklog < settings.storageBacklog,
            ledger.openRows - stations.reduce(0, { $0 + $1.parkedRows }) < settings.openRows,
            sourceConsumers.allSatisfy({ stations[$0.node].hasRoom(settings.queueBatches) })
        else { return }
        isReading = true
        feeder.requestNext()
    }

    private func handle(_ message: EngineMessage) throws(Failure) {
        switch message {
        case .source(let batch):
            isReading = false
            take(batch)
        case .sourceEnded:
            isReading = false
            isExhausted = true
            ledger.complete(shardsBefore: .max)
        case .node(let index, let message):
            try stations[index].executor?.resume(message)
        case .stored: storageBacklog -= 1
        case .sealed(let shard):
            sealsUnderWay -= 1
            newlySealed += 1
            let kept = keptInSealing.removeValue(forKey: shard) ?? 0
            parts.events.record("shard_sealed", [("shard", .int(Int64(shard))), ("kept", .int(Int64(kept)))])
        case .sourceFailed(let failure), .storageFailed(let failure): throw failure
        case .stop(let signal):
            if stopSignal == nil { stopSignal = signal }
        }
    }

    /// Starts whatever can be started, the nodes nearest to the end first, so that rows leave before others come.
    private func dispatch() throws(Failure) {
        while true {
            var hasStarted = false
            for station in stations.reversed() {
                while station.queued > 0, let executor = station.executor, executor.canStart, hasRoom(after: station) {
                    let batch = try station.dequeue()
                    station.meter.rowsIn += batch.rows.rowCount
                    ledger.enter(node: station.index, batch.livingOrdinals)
                    try executor.start(batch)
                    hasStarted = true
                }
            }
            for station in stations { if let failure = station.failure { throw failure } }
            if hasStarted { continue }
            // Nothing is left to start: what was held back for larger batches goes out, unless more is about to arrive.
            guard let due = flushDue, mailbox.isEmpty, due <= monotonicNanoseconds() else { return }
            for station in stations {
                if let executor = station.executor, let due = executor.flushDue, due <= monotonicNanoseconds() {
                    executor.flush()
                }
            }
        }
    }

    /// When the first of what is held back has to go out.
    private var flushDue: UInt64? { stations.compactMap { $0.executor?.flushDue }.min() }

    private func hasRoom(after station: Station) -> Bool {
        station.consumers.allSatisfy { stations[$0.node].hasRoom(settings.queueBatches) }
    }

    private func take(_ source: SourceBatch) {
        let shard = ledger.shard(of: source.firstOrdinal)
        ledger.complete(shardsBefore: shard)
        rowsRead += source.batch.rowCount + source.quarantined.count
        let isSealed = sealedShards.contains(shard)
        // The rows of sealed shards pass again up to `identify`, so that later rows are known as their duplicates.
        if isSealed && !hasIdentify { return }
        let rows = Self.withCandidates(source.batch)
        // Before anything of the batch is stored: what is not open counts as settled. Rows that could not be read are not
        // opened for long; the append that brings them is the first to tell so, which is early enough.
        open(rows)
        if !isSealed {
            append(stage: "raw", source.batch)
            quarantine(source)
        }
        var batch = EngineBatch(rows: rows, covered: [], sequence: sequence)
        batch.covered = batch.livingOrdinals
        for consumer in sourceConsumers {
            stations[consumer.node].enqueue(batch, input: consumer.input, inMemory: settings.queueBatches)
        }
        sequence += 1
    }

    private func open(_ rows: RecordBatch) {
        guard let ordinals = rows.column("ordinal"), let tasks = rows.column("task_id") else { return }
        for row in 0..<rows.rowCount { ledger.open(ordinals.int64(row), task: ExactText(tasks.string(row))) }
    }

    private static func withCandidates(_ rows: RecordBatch) -> RecordBatch {
        let zeros = ColumnBuilder(.int64)
        for _ in 0..<rows.rowCount { zeros.append(Int64(0)) }
        var fields = rows.schema.fields
        var columns = rows.columns
        fields.insert(Field("candidate", .int64), at: 3)
        columns.insert(zeros.finish(), at: 3)
        return RecordBatch(schema: Schema(fields), columns: columns, rowCount: rows.rowCount)
    }

    /// The task of a row that could not be read: unknown when it would have stood in the row.
    private var quarantineTask: ExactText {
        if case .constant(let task) = plan.source.taskID { ExactText(task) } else { Books.unknownTask }
    }

    private func quarantine(_ source: SourceBatch) {
        guard !source.quarantined.isEmpty else { return }
        for row in source.quarantined { ledger.open(row.ordinal, task: quarantineTask, rejectedWith: row.code) }
        append(stage: "rejected", DropStage.batch(source.quarantined, taskID: quarantineTask.text))
    }

    // MARK: What executors report

    func finish(_ station: Station, before: EngineBatch, after: EngineBatch, drops: [Drop]) {
        let ordinals = before.ordinals
        let candidates = before.candidates
        let drops = drops.filter { !sealedShards.contains(ledger.shard(of: ordinals.int64($0.row))) }
        station.meter.rowsOut += after.rows.rowCount
        station.meter.ended += drops.count
        station.meter.rejected += drops.count { $0.outcome == .rejected }
        ledger.leave(
            node: station.index, living: after.livingOrdinals,
            ended: drops.map { (ordinals.int64($0.row), $0.candidate ?? candidates.int64($0.row), $0) })
        record(drops, at: station, rows: before.rows)
        noteTags(station, after)
        if let stage = station.plan.artifact { append(stage: stage, after.rows) }
        for consumer in station.consumers {
            stations[consumer.node].enqueue(after, input: consumer.input, inMemory: settings.queueBatches)
        }
        if station.index == stations.count - 1 { close(after) }
    }

    private func record(_ drops: [Drop], at station: Station, rows: RecordBatch) {
        guard !drops.isEmpty else { return }
        if deferralReason == nil { deferralReason = drops.first { $0.outcome == .deferred }?.detail }
        let plugin: ResolvedPlugin? =
            if case .use(let use) = station.plan.verb { plan.plugins[use.plugin] } else { nil }
        append(stage: "rejected", DropStage.batch(drops, of: rows, node: station.plan.id, plugin: plugin))
        if case .reject(let reject) = station.plan.verb, reject.isHard {
            append(
                stage: "hard_samples",
                HardStage.batch(
                    drops, of: rows, source: NodeInput.source.schema(in: plan).fields, node: station.plan.id))
        }
    }

    private func noteTags(_ station: Station, _ batch: EngineBatch) {
        let ordinals = batch.ordinals
        station.tags.forEachFacet(of: batch.rows) { facet, row, value in
            ledger.note(facet: facet, value, of: ordinals.int64(row))
        }
        guard station.tags.countsRows else { return }
        struct Group: Hashable {
            var shard: Int
            var task: ExactText
        }
        var groups: [Group: [Int]] = [:]
        for row in 0..<batch.rows.rowCount {
            let ordinal = ordinals.int64(row)
            groups[Group(shard: ledger.shard(of: ordinal), task: ledger.task(of: ordinal)), default: []].append(row)
        }
        for (group, rows) in groups where !sealedShards.contains(group.shard) {
            ledger.count(station.tags.count(batch.rows, rows), shard: group.shard, task: group.task)
        }
    }

    private func close(_ batch: EngineBatch) {
        append(stage: "distilled", batch.rows)
        let kept = batch.livingOrdinals
        if kept == batch.covered {
            for ordinal in kept { ledger.close(ordinal, isKept: true) }
        } else {
            let kept = Set(kept)
            for ordinal in batch.covered { ledger.close(ordinal, isKept: kept.contains(ordinal)) }
        }
    }

    /// Kept source rows of the shards that are being sealed, for the event.
    private var keptInSealing: [Int: Int] = [:]

    private func sealWhatIsComplete() throws(Failure) {
        for shard in ledger.sealable {
            guard let books = ledger.take(shard: shard) else { continue }
            try Self.check(books, "shard \(shard)")
            sealsUnderWay += 1
            keptInSealing[shard] = books.run.rowsOut
            storage?.seal(shard: shard, books: books)
        }
        for shard in ledger.takeAbandoned() { storage?.abandon(shard: shard) }
    }

    private static func check(_ books: Books, _ what: String) throws(Failure) {
        guard !books.unbalanced.isEmpty else { return }
        throw Failure(
            "books",
            "the books of \(what) do not balance at \(books.unbalanced.joined(separator: ", ")): rows have vanished or "
                + "doubled; this is an error of FastDistill, please report it with run.json and events.jsonl")
    }

    /// Hands rows to the storage thread, divided by shards; rows of sealed shards are already there.
    private func append(stage: String, _ rows: RecordBatch) {
        guard rows.rowCount > 0, let ordinals = rows.column("ordinal") else { return }
        let shards = ledger.shards(of: (0..<rows.rowCount).lazy.map { ordinals.int64($0) })
        for (shard, taken) in shards where !sealedShards.contains(shard) {
            ledger.count(stage: stage, rows: taken.count, shard: shard)
            storageBacklog += 1
            storage?.append(stage: stage, shard: shard, rows.taking(Array(taken)), settled: ledger.settledBefore())
        }
    }

    // MARK: Results

    private var progress: Progress {
        Progress(
            nodes: stations.map { station in
                Progress.Node(
                    id: station.plan.id, rowsIn: station.meter.rowsIn, rowsOut: station.meter.rowsOut,
                    ended: station.meter.ended, rejected: station.meter.rejected,
                    inFlight: station.executor?.inFlight ?? 0)
            },
            read: rowsRead, isSourceExhausted: isExhausted, settled: rowsRead - ledger.openRows,
            sealedShards: sealedShards.count + newlySealed)
    }

    private func result() -> EngineResult {
        for station in stations {
            parts.events.record(
                "node_finished",
                [
                    ("node", .string(station.plan.id)), ("rows_in", .int(Int64(station.meter.rowsIn))),
                    ("rows_out", .int(Int64(station.meter.rowsOut))), ("rows_ended", .int(Int64(station.meter.ended))),
                    ("queue", station.meter.queue.json), ("work", station.meter.work.json),
                ])
        }
        return EngineResult(
            books: ledger.total, isComplete: isExhausted, stopSignal: stopSignal, deferralReason: deferralReason)
    }
}
