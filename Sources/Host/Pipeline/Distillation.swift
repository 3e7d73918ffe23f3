import CPlatform
import ControlPlane
import DataPlane
import Glibc
import InferencePlane
import Reports

/// One start of a run: from the graph file to the reports.
struct Distillation {
    private let options: DistillationOptions
    /// How long requests in flight may go on when the run is stopped.
    private static let drainSeconds = 20.0

    init(_ options: DistillationOptions) { self.options = options }

    /// Runs the graph, or goes on with the run where it stopped.
    ///
    /// - Parameter isHopeless: asked all along; once it says so the run stops, as by a signal.
    /// - Returns: `done`, `deferred` or `interrupted`.
    /// - Throws: ``Failure`` or ``Failures``; what was finished before stays.
    func run(_ graph: LoadedGraph, until isHopeless: @escaping () -> Bool = { false }) throws -> ExitStatus {
        let contract = try graph.contract()
        let runID = options.runID ?? Contract.runID(name: graph.plan.name, hash: contract.hash)
        let directory = try RunDirectory(
            runs: options.runsDirectory, runID: runID, contractHash: contract.hash)
        // Those of a part were locked with the whole.
        if options.part == nil { try lockPlugins(of: graph) }
        try directory.writeRecord(
            RunRecord(
                runID: runID, contract: contract.json, contractHash: contract.hash, plan: graph.plan,
                graphPath: options.graphPath
            ).json())
        let events = try EventLog(path: directory.file("events.jsonl"))
        events.record(
            "session_started",
            [
                ("run_id", .string(runID)), ("contract_hash", .string(contract.hash)),
                ("fastdistill", .string(fastDistillVersion)), ("started_at", .string(timestamp())),
            ])
        do {
            let counter = TokenCounter(events)
            let result = try distil(
                graph, contract, options.part?.runID ?? runID, directory, events, counter, isHopeless)
            let status = Self.status(of: result)
            try close(events, reason: Self.reason(of: status), status)
            // The reports need other memory than what gateway and engine have left.
            fdplatform_release_memory()
            try report(result, graph, runID, directory, counter.warnings)
            return status
        } catch {
            // The error that ended the run is the one to tell; that the log could not be closed besides is not.
            try? close(events, reason: "failed", ExitStatus(error))
            throw error
        }
    }

    /// A graph in a folder that cannot be written runs all the same, but it cannot be run with --locked later.
    ///
    /// - Throws: when the lock was to be written anew and cannot be.
    func lockPlugins(of graph: LoadedGraph) throws(Failure) {
        do {
            guard let difference = try graph.lockPlugins(options.lock) else { return }
            writeError(
                "warning: the plugins are not those of the lock file: \(difference); run with --locked to take its "
                    + "plugins, or with --update-lock to lock these\n")
        } catch {
            if options.lock == .updated { throw error }
            writeError("warning: the plugins are not locked: \(error.message)\n")
        }
    }

    private func distil(
        _ graph: LoadedGraph, _ contract: Contract, _ runID: String, _ directory: RunDirectory, _ events: EventLog,
        _ counter: TokenCounter, _ isHopeless: @escaping () -> Bool
    ) throws -> EngineResult {
        var plan = graph.plan
        plan.plugins = try directory.keepPlugins(plan.plugins)
        let stop = EngineStop()
        let store = try ArtifactStore(runDirectory: directory.path, stages: plan.stages)
        var sealed: [Int: Books] = [:]
        for shard in store.sealedShards { sealed[shard] = try directory.books(shard: shard) }
        let gateway = try graph.providers.map { providers in
            try Gateway(
                providers,
                replyStorePath: options.repliesPath ?? providers.repliesPath ?? options.runsDirectory
                    + "/replies.sqlite",
                ledgerPath: directory.file("ledger"), events: counter)
        }
        // Its thread has ended before the process does, whose exit takes away what it works with.
        defer { gateway?.shutdown(drainSeconds: 0) }
        let runners = try StepRunners(plan: plan, runID: runID)
        defer { runners.shutdown() }
        Interruption.watch(saying: "what is under way is finished first") { signal in
            stop.request(signal: signal)
            gateway?.shutdown(drainSeconds: Self.drainSeconds)
        }
        // What only a start reads would stay in memory for the whole run.
        fdplatform_release_memory()
        let display = options.isQuiet ? nil : ProgressDisplay(tokens: counter, rowCount: RowCount(plan.source))
        let source = plan.source
        let engine = Engine(
            plan: plan, settings: settings(plan, gateway),
            parts: EngineParts(
                runID: runID, contractHash: contract.hash, runners: runners.byNode, completer: gateway,
                makeReader: { () throws(Failure) in try SourceReader(source) }, store: store,
                duplicates: DuplicateIndex(spillFolder: directory.file("spool")),
                spoolFolder: directory.file("spool"),
                journal: try Journal(path: directory.file("journal")), events: counter,
                writeBooks: { shard, books throws(Failure) in try directory.writeBooks(books, shard: shard) },
                onProgress: { progress in
                    for notice in counter.takeNotices() {
                        if let display { display.tell(notice) } else { writeError(notice + "\n") }
                    }
                    display?.show(progress)
                    if isHopeless() {
                        stop.request(signal: SIGTERM)
                        gateway?.shutdown(drainSeconds: 0)
                    }
                    // What cannot be written shows when the log is closed, which is an error of the run.
                    events.flushSoon()
                }),
            sealed: sealed, stop: stop)
        defer { display?.end() }
        do { return try engine.run() } catch {
            // What is under way is paid for: it is recorded, so that the next start does not ask for it again.
            gateway?.shutdown(drainSeconds: Self.drainSeconds)
            throw error
        }
    }

    private func settings(_ plan: Plan, _ gateway: Gateway?) -> EngineSettings {
        var settings = EngineSettings()
        let admissions = plan.nodes.compactMap { node in node.verb.role.flatMap { gateway?.admission(role: $0) } }
        settings.openRows = max(settings.openRows, 2 * admissions.reduce(0, +))
        return settings
    }

    private func report(
        _ result: EngineResult, _ graph: LoadedGraph, _ runID: String, _ directory: RunDirectory, _ warnings: [String]
    ) throws {
        try createFolder(directory.file("reports"))
        let stages = try SealedStages(runDirectory: directory.path)
        let bypasses = try RecordedDecision.bypassWarnings(runDirectory: directory.path)
        let quality = QualityReport(
            books: result.books, examples: try Examples(stages, columns: graph.plan.source.columns.map(\.field.name)),
            contamination: try graph.plan.source.splitColumn.map { column in
                try SplitContamination(
                    stages, column: column, keys: graph.plan.contaminationKeys, scratchFolder: directory.file("spool"))
            }, bypasses: bypasses)
        try replaceFile(directory.file("reports/quality.json"), with: quality.json.pretty)
        let page = QualityPage(quality, name: graph.plan.name, nodeTitles: graph.plan.titles)
        try replaceFile(directory.file("reports/quality.md"), with: page.text)
        let timing = try TimingReport(events: directory.file("events.jsonl"), bypasses: bypasses)
        try replaceFile(directory.file("reports/timing.json"), with: timing.json.pretty)
        let card = DatasetCard(
            name: graph.plan.name, license: graph.plan.source.license, sourceFiles: graph.plan.source.files.map(\.name),
            stages: graph.plan.stages, books: result.books)
        try replaceFile(directory.file("README.md"), with: card.text)
        let summary = RunSummary(
            runID: runID, directory: directory.path, books: result.books, timing: timing, result: result,
            warnings: warnings + bypasses,
            commandLine: options.commandLine)
        // Of a part only what keeps the whole from going on is told.
        if options.part == nil || !result.isComplete || result.deferralReason != nil {
            try writeOutput(summary.text + "\n")
        }
    }

    private func close(_ events: EventLog, reason: String, _ status: ExitStatus) throws {
        events.record("session_ended", [("reason", .string(reason)), ("status", .int(Int64(status.code)))])
        try events.flush()
    }

    private static func status(of result: EngineResult) -> ExitStatus {
        if let signal = result.stopSignal { return .interrupted(signal: signal) }
        return result.books.run.ended[.deferred, default: 0] > 0 ? .deferred : .done
    }

    private static func reason(of status: ExitStatus) -> String {
        switch status {
        case .done: "done"
        case .deferred: "deferred"
        case .interrupted: "interrupted"
        case .internalError, .invalid, .unverified, .gateFailed, .gateUndecidable: "failed"
        }
    }
}
