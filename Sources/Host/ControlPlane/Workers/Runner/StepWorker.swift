import DataPlane
import Glibc
import PluginABI

/// A worker process with a bound instance, from its start to its end.
final class StepWorker {
    enum Outcome {
        case done(StepOutput)
        /// What it returned breaks a rule.
        case violated(Violation)
        /// The host wants to stop.
        case cancelled
        /// It ended because of the batch, perhaps on a row it has named.
        case died(ProcessDeath, row: Int?)
        /// It ended before the step was given the batch.
        case diedIdle(ProcessDeath)
    }

    let bound: BoundStep
    private let settings: StepSettings
    private let identity: StepIdentity
    private let stop: StopSignal
    private let region: SharedRegion
    private let process: WorkerProcess
    private var sequence: UInt64 = 0

    /// How long a step may take to notice that it is cancelled, and an instance to be freed.
    private static let graceMilliseconds: Int64 = 250
    private static let finishMilliseconds: Int64 = 5000

    init(_ settings: StepSettings, stop: StopSignal) throws(Failure) {
        self.settings = settings
        self.stop = stop
        identity = settings.identity
        region = try SharedRegion(capacity: settings.capacity)
        process = try WorkerProcess(
            executable: settings.workerExecutable, arguments: [WorkerMain.command], memory: region.descriptor,
            environment: settings.environment)
        bound = try Self.open(settings, region, process, stop)
    }

    /// Ends it gently. That the step dies of being destroyed harms no row, and is only told.
    func finish() {
        guard let death = process.finish(graceMilliseconds: Self.finishMilliseconds), death.cause != .exit(0) else {
            return
        }
        settings.log(.warning, "the worker that was destroying the step \(death.description)")
    }

    private static func open(
        _ settings: StepSettings, _ region: SharedRegion, _ process: WorkerProcess, _ stop: StopSignal
    ) throws(Failure) -> BoundStep {
        let identity = settings.identity
        let order = OpenOrder(
            path: settings.plugin.path, sha256: settings.plugin.sha256, step: settings.step.id, config: settings.config,
            offered: settings.offered, runID: settings.runID, nodeID: settings.nodeID,
            memoryLimitBytes: settings.memoryLimitBytes ?? 0)
        let text = Array(order.json.compact.utf8)
        guard text.count <= region.input.count else {
            throw Failure(
                "plugin_failed", "\(identity.description): its options take \(text.count) bytes, which is too much")
        }
        region.input.copyBytes(from: text)
        // A worker that is gone already is found out about by the wait.
        _ = process.send(Frame(.open, words: [UInt64(text.count)]))
        let deadline = monotonicNanoseconds() + UInt64(settings.openTimeoutMilliseconds) * 1_000_000
        while true {
            switch process.receive(untilNanoseconds: deadline, wake: stop.descriptor) {
            case .frame(let frame) where monotonicNanoseconds() < deadline || frame.kind != .log:
                if let bound = try bound(frame, settings) { return bound }
            case .woken:
                process.end()
                throw identity.cancelled
            case .silence, .frame:
                let death = process.end(.timedOut(milliseconds: settings.openTimeoutMilliseconds))
                throw identity.died(action(region.words.stage), death)
            case .closed:
                throw identity.died(
                    action(region.words.stage), explained(process.end(), region.words, settings))
            }
        }
    }

    private static func action(_ stage: ControlWords.Stage) -> String {
        switch stage {
        case .loading: "that was loading the plugin"
        case .creating: "that was creating the step"
        case .binding: "that was binding the step"
        case .idle, .running, .reading, .releasing: "that was starting"
        }
    }

    /// - Returns: nil for a frame that is no answer.
    private static func bound(_ frame: Frame, _ settings: StepSettings) throws(Failure) -> BoundStep? {
        let identity = settings.identity
        switch (frame.kind, frame.kind == .log ? nil : frame.json) {
        case (.opened, let json?):
            let schemas = Result { () throws(ArrowFault) in
                (try SchemaWire.fields(json["reads"]), try SchemaWire.fields(json["adds"]))
            }
            switch schemas {
            case .success(let (reads, adds)):
                return try BoundStep(
                    reads: reads, adds: adds, offered: settings.offered, step: settings.step, by: identity)
            case .failure(let fault):
                throw identity.violation(.schema, "the schema that 'bind' returned is not sound: \(fault)")
            }
        case (.failed, let json?):
            switch WorkerFault(json) {
            case .refusal(let refusal): throw refusal.failure(path: settings.plugin.path)
            case .create(let error): throw identity.cannotCreate(error)
            case .bind(let error): throw identity.cannotBind(error)
            case .run, nil: return nil
            }
        case (.log, _):
            log(frame, settings)
            return nil
        default: return nil
        }
    }

    private static func log(_ frame: Frame, _ settings: StepSettings) {
        guard let level = frame.payload.first.flatMap(HostServices.Level.init(rawValue:)) else { return }
        settings.log(level, String(decoding: frame.payload.dropFirst(), as: UTF8.self))
    }

    /// Gives the worker a batch and waits for what becomes of it.
    func run(_ batch: RecordBatch, _ call: StepCall, attempt: UInt32, _ checker: BatchChecker) throws(Failure)
        -> Outcome
    {
        let inputBytes = try write(batch)
        sequence += 1
        region.words.progress = 0
        let timeout = UInt64(settings.rowTimeoutMilliseconds) * 1_000_000
        let order = RunOrder(
            sequence: sequence, inputBytes: inputBytes, number: call.number, seed: call.seed,
            deadlineNanoseconds: monotonicNanoseconds() + timeout * UInt64(max(batch.rowCount, 1)), attempt: attempt)
        _ = process.send(order.frame)
        var watch = ProgressWatch(region.words, settings)
        while true {
            let hasAnswered = region.words.answered == sequence
            switch process.receive(untilNanoseconds: watch.nextLook, wake: stop.descriptor) {
            case .frame(let frame):
                if let answer = try answer(frame, batch, inputBytes, checker) { return answer }
            case .closed: return outcome(of: process.end())
            case .woken: return cancel()
            // All of its answer is there and is none: the step has written to the connection, too.
            case .silence where hasAnswered: return outcome(of: process.end(.nonsense))
            case .silence: break
            }
            // Also between frames: a step that only writes to the log gets no further either.
            if let cause = watch.look(residentBytes: { WorkerProcess.residentBytes(of: region.words.process) }) {
                return outcome(of: process.end(cause))
            }
        }
    }

    private func write(_ batch: RecordBatch) throws(Failure) -> Int {
        var array = ArrowArray()
        batch.export(to: &array)
        defer { withUnsafeMutablePointer(to: &array) { $0.release() } }
        do {
            return try WireWriter.write(&array, .structure(batch.schema.fields), to: region.input)
        } catch {
            throw Failure(
                "batch_size",
                "\(identity.description): a batch for it has \(error.byteCount) bytes, the cap is \(settings.capacity); "
                    + "make the rows or the batches smaller")
        }
    }

    /// - Returns: nil for a frame that is no answer.
    private func answer(
        _ frame: Frame, _ batch: RecordBatch, _ inputBytes: Int, _ checker: BatchChecker
    ) throws(Failure) -> Outcome? {
        switch frame.kind {
        case .log:
            Self.log(frame, settings)
            return nil
        case .failed:
            guard case .run(let error)? = frame.json.flatMap(WorkerFault.init) else { return nil }
            throw identity.cannotRun(error, isStopping: stop.isRaised)
        case .overflow:
            return .violated(
                BatchChecker.tooLarge(Int(clamping: frame.words(1)?[0] ?? 0), limit: settings.capacity))
        case .done:
            let area = UnsafeRawBufferPointer(region.output)
            guard let ends = frame.words(2), ends[0] <= ends[1], ends[1] <= UInt64(area.count) else { return nil }
            let (outEnd, end) = (Int(ends[0]), Int(ends[1]))
            defer { region.trim(inputUsed: inputBytes, outputUsed: end) }
            do throws(Violation) {
                let out = try view(area[..<outEnd], checker.outputSchema, "out")
                let rejects = try view(area[outEnd..<end], checker.rejectSchema, "rejects")
                defer { withExtendedLifetime((out, rejects)) {} }
                return .done(
                    try checker.check(
                        try checker.readOut(out.array, out.bufferLengths),
                        try checker.readRejects(rejects.array, rejects.bufferLengths), rowCount: batch.rowCount))
            } catch {
                return .violated(error)
            }
        default: return nil
        }
    }

    private func view(
        _ area: Slice<UnsafeRawBufferPointer>, _ schema: Schema, _ part: String
    ) throws(Violation) -> WireView {
        do {
            return try WireView(UnsafeRawBufferPointer(rebasing: area), .structure(schema.fields))
        } catch {
            throw Violation(error, in: part)
        }
    }

    private func outcome(of death: ProcessDeath) -> Outcome {
        let words = region.words
        var death = Self.explained(death, words, settings)
        guard words.sequence == sequence else { return .diedIdle(death) }
        switch words.stage {
        case .reading: death.phase = .reading
        case .releasing: death.phase = .releasing
        default: break
        }
        let progress = words.progress
        let isKnown = death.isPrompt && words.stage == .running && progress > 0
        return .died(death, row: isKnown ? Int(clamping: progress - 1) : nil)
    }

    /// The death with what only the worker could know of it.
    private static func explained(
        _ death: ProcessDeath, _ words: ControlWords, _ settings: StepSettings
    ) -> ProcessDeath {
        var death = death
        switch death.cause {
        case .signal(SIGKILL), .cutOff, .timedOut, .overMemory, .refusedMemory, .nonsense: break
        case .signal, .exit:
            if words.wasRefusedMemory { death.cause = .refusedMemory(limitBytes: settings.memoryLimitBytes ?? 0) }
        }
        return death
    }

    private func cancel() -> Outcome {
        region.words.isCancelled = true
        let deadline = monotonicNanoseconds() + UInt64(Self.graceMilliseconds) * 1_000_000
        while case .frame(let frame) = process.receive(untilNanoseconds: deadline), frame.kind == .log,
            monotonicNanoseconds() < deadline
        {}
        process.end()
        return .cancelled
    }
}
