import CPlatform
import DataPlane
import Glibc
import PluginABI

/// The one instance that a worker serves.
final class WorkerStep {
    private let region: SharedRegion
    private let instance: StepInstance
    private let inputType: DataType
    private let outputType: DataType
    // C text for the call struct, as long as the process.
    private let runID: UnsafeMutablePointer<CChar>?
    private let nodeID: UnsafeMutablePointer<CChar>?

    private init(_ order: OpenOrder, _ region: SharedRegion, _ instance: StepInstance, reads: [Field], adds: [Field]) {
        self.region = region
        self.instance = instance
        inputType = .structure(reads)
        outputType = StepResult.outputType(adds)
        runID = strdup(order.runID)
        nodeID = strdup(order.nodeID)
    }

    deinit {
        free(runID)
        free(nodeID)
    }

    /// Loads the plugin, makes the instance, binds it. Says in ``ControlWords`` what it is about, in case it dies of it.
    static func open(
        _ order: OpenOrder, _ region: SharedRegion, _ channel: WorkerChannel
    ) throws(WorkerFailure) -> (WorkerStep, bound: Frame) {
        let words = region.words
        if order.memoryLimitBytes > 0 {
            fdplatform_limit_memory(UInt64(order.memoryLimitBytes), words.refusal)
        }
        words.stage = .loading
        let plugin: LoadedPlugin
        do throws(PluginRefusal) {
            plugin = try PluginLoader.load(order.path, sha256: order.sha256)
        } catch {
            throw WorkerFailure(fault: .refusal(error))
        }
        let services = HostServices(words: words, isCancelled: { words.isCancelled }) { level, text in
            _ = channel.send(Frame(.log, [level.rawValue] + text.utf8.prefix(64 * 1024)))
        }
        words.stage = .creating
        let instance: StepInstance
        do {
            instance = try StepInstance(plugin.map, step: order.step, config: order.config, services: services)
        } catch {
            throw WorkerFailure(fault: .create(error))
        }
        words.stage = .binding
        let bound: (reads: [Field], adds: [Field])
        do {
            bound = try instance.bind(offered: order.offered)
        } catch {
            throw WorkerFailure(fault: .bind(error))
        }
        words.stage = .idle
        let frame = Frame(.opened, ["reads": SchemaWire.json(bound.reads), "adds": SchemaWire.json(bound.adds)])
        // The host offers what the step reads; it hands over exactly these fields.
        let reads = bound.reads.compactMap { read in order.offered.first { $0.name == read.name } }
        return (WorkerStep(order, region, instance, reads: reads, adds: bound.adds), frame)
    }

    /// Runs a batch from the input area into the output area.
    func run(_ order: RunOrder) -> Frame {
        let words = region.words
        let area = UnsafeRawBufferPointer(region.input)
        let input: WireView
        do {
            input = try WireView(UnsafeRawBufferPointer(rebasing: area.prefix(order.inputBytes)), inputType)
        } catch {
            return Self.failed(StepError(kind: .fault, place: "", message: "the batch cannot be read: \(error)"))
        }
        var call = fastdistill_call_v1(
            run_id: runID, node_id: nodeID, batch: order.number, seed: order.seed,
            deadline_nanoseconds: order.deadlineNanoseconds, attempt: order.attempt, reserved: 0)
        var out = ArrowArray()
        var rejects = ArrowArray()
        words.stage = .running
        words.sequence = order.sequence
        // What the last batch was refused is no reason for what happens to this one.
        errno = 0
        do {
            try instance.run(&call, input: input.array, out: &out, rejects: &rejects)
        } catch {
            words.stage = .idle
            return Self.failed(error)
        }
        words.stage = .reading
        let result = Result { () throws(WireOverflow) in
            let end = try WireWriter.write(&out, outputType, to: region.output)
            let rest = UnsafeMutableRawBufferPointer(rebasing: region.output[end...])
            return (end, end + (try WireWriter.write(&rejects, StepResult.rejectType, to: rest)))
        }
        words.stage = .releasing
        withUnsafeMutablePointer(to: &out) { $0.release() }
        withUnsafeMutablePointer(to: &rejects) { $0.release() }
        words.stage = .idle
        return switch result {
        case .success(let (out, rejects)): Frame(.done, words: [UInt64(out), UInt64(rejects)])
        case .failure(let overflow): Frame(.overflow, words: [UInt64(overflow.byteCount)])
        }
    }

    private static func failed(_ error: StepError) -> Frame { Frame(.failed, WorkerFault.run(error).json) }
}
