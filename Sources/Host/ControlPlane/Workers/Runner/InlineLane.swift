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
        checker = BatchChecker(
            bound, step: settings.step, identity: identity, onViolation: settings.onViolation)
        self.instance = instance
        runID = strdup(settings.runID)
        nodeID = strdup(identity.node)
    }

    deinit {
        free(runID)
        free(nodeID)
    }

    func run(_ call: StepCall) -> Result<StepOutput, Failure> {
        Result { () throws(Failure) in
            var isolation = FaultIsolation(call, isGrouped: settings.step.isGrouped)
            while let piece = isolation.next() {
                switch try attempt(isolation.batch(of: piece), call, piece.attempt) {
                case .success(let output): isolation.answer(piece, output)
                case .failure(let violation):
                    guard settings.onViolation == .quarantine else { throw identity.violation(violation) }
                    isolation.violation(piece, violation)
                }
            }
            return isolation.result(step: settings.step)
        }
    }

    private func attempt(
        _ batch: RecordBatch, _ call: StepCall, _ attempt: UInt32
    ) throws(Failure) -> Result<StepOutput, Violation> {
        guard let instance, !stop.isRaised else { throw identity.cancelled }
        var header = fastdistill_call_v1(
            run_id: runID, node_id: nodeID, batch: call.number, seed: call.seed, deadline_nanoseconds: 0,
            attempt: attempt, reserved: 0)
        var input = ArrowArray()
        var out = ArrowArray()
        var rejects = ArrowArray()
        batch.export(to: &input)
        defer {
            withUnsafeMutablePointer(to: &input) { $0.release() }
            withUnsafeMutablePointer(to: &out) { $0.release() }
            withUnsafeMutablePointer(to: &rejects) { $0.release() }
        }
        do {
            try instance.run(&header, input: &input, out: &out, rejects: &rejects)
        } catch {
            throw identity.cannotRun(error, isStopping: stop.isRaised)
        }
        return Result { () throws(Violation) in try check(&out, &rejects, rowCount: batch.rowCount) }
    }

    private func check(
        _ out: UnsafePointer<ArrowArray>, _ rejects: UnsafePointer<ArrowArray>, rowCount: Int
    ) throws(Violation) -> StepOutput {
        let out = try checker.readOut(out)
        let rejects = try checker.readRejects(rejects)
        let size = out.batch.byteCount + rejects.batch.byteCount
        if size > settings.capacity { throw BatchChecker.tooLarge(size, limit: settings.capacity) }
        return try checker.check(out, rejects, rowCount: rowCount)
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
