import DataPlane
import Glibc
import PluginABI
import Synchronization

/// A step in the host's own process: for trusted plugins. A crash there is the host's, a hang cannot be ended.
final class InlineLane: Lane {
    let bound: BoundStep
    private let identity: StepIdentity
    private let checker: BatchChecker
    private let settings: StepSettings
    private let words: InlineWords
    private let stop: StopSignal
    private var instance: StepInstance?
    private let runID: UnsafeMutablePointer<CChar>?
    private let nodeID: UnsafeMutablePointer<CChar>?

    /// Which file of each plugin has been loaded. Two versions in one process would mix up their Swift types by name.
    private static let loaded = Mutex<[String: String]>([:])

    init(_ settings: StepSettings, stop: StopSignal) throws(Failure) {
        self.settings = settings
        self.stop = stop
        identity = settings.identity
        words = InlineWords()
        let plugin = settings.plugin
        let other = Self.loaded.withLock { loaded -> String? in
            if let other = loaded[plugin.spec.id], other != plugin.sha256 { return other }
            loaded[plugin.spec.id] = plugin.sha256
            return nil
        }
        if other != nil {
            throw Failure(
                "plugin_refused",
                "\(identity.description): another version of the plugin is already loaded with isolation 'inline', "
                    + "and one process can hold only one; use isolation 'worker'")
        }
        let map: MapInterface
        do throws(PluginRefusal) {
            map = try PluginLoader.load(plugin.path, sha256: plugin.sha256).map
        } catch {
            throw error.failure(path: plugin.path)
        }
        let log = settings.log
        let services = HostServices(words: words.words, isCancelled: { stop.isRaised }, log: log)
        let instance: StepInstance
        do {
            instance = try StepInstance(map, step: settings.step.id, config: settings.config, services: services)
        } catch {
            throw identity.cannotCreate(error)
        }
        let answer: (reads: [Field], adds: [Field])
        do {
            answer = try instance.bind(offered: settings.offered)
        } catch {
            throw identity.cannotBind(error)
        }
        bound = try BoundStep(
            reads: answer.reads, adds: answer.adds, offered: settings.offered, step: settings.step, by: identity)
        checker = BatchChecker(bound, step: settings.step, identity: identity)
        self.instance = instance
        runID = strdup(settings.runID)
        nodeID = strdup(identity.node)
    }

    deinit {
        free(runID)
        free(nodeID)
    }

    func run(_ call: StepCall) -> Result<StepOutput, Failure> {
        Result { () throws(Failure) in try check(call) }
    }

    private func check(_ call: StepCall) throws(Failure) -> StepOutput {
        guard let instance, !stop.isRaised else { throw identity.cancelled }
        var header = fastdistill_call_v1(
            run_id: runID, node_id: nodeID, batch: call.number, seed: call.seed, deadline_nanoseconds: 0, attempt: 0,
            reserved: 0)
        var input = ArrowArray()
        var out = ArrowArray()
        var rejects = ArrowArray()
        call.batch.export(to: &input)
        defer { withUnsafeMutablePointer(to: &input) { $0.release() } }
        do {
            try instance.run(&header, input: &input, out: &out, rejects: &rejects)
        } catch {
            throw identity.cannotRun(error)
        }
        let output = Result { () throws(ArrowFault) in try RecordBatch(adopting: &out, schema: checker.outputSchema) }
        let reasons = Result { () throws(ArrowFault) in
            try RecordBatch(adopting: &rejects, schema: checker.rejectSchema)
        }
        let outBatch: RecordBatch
        let rejectBatch: RecordBatch
        do { outBatch = try output.get() } catch { throw checker.violation(error, in: "out") }
        do { rejectBatch = try reasons.get() } catch { throw checker.violation(error, in: "rejects") }
        let size = outBatch.byteCount + rejectBatch.byteCount
        if size > settings.capacity { throw checker.tooLarge(size, limit: settings.capacity) }
        return try checker.check(out: outBatch, rejects: rejectBatch, rowCount: call.batch.rowCount)
    }

    func close() { instance = nil }
}

/// Control words that no other process sees.
final class InlineWords: Sendable {
    let words: ControlWords

    init() {
        let base = UnsafeMutablePointer<UInt64>.allocate(capacity: ControlWords.count)
        base.initialize(repeating: 0, count: ControlWords.count)
        words = ControlWords(base: base)
    }

    deinit { words.base.deallocate() }
}

extension RecordBatch {
    /// Bytes of all buffers.
    var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }
}

extension Column {
    fileprivate var byteCount: Int {
        let own = [validity, offsets, values].reduce(0) { $0 + ($1?.count ?? 0) }
        return children.reduce(own) { $0 + $1.byteCount }
    }
}
