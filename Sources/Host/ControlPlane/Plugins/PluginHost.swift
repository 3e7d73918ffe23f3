import DataPlane
import Logging

/// Makes steps run.
///
/// ```swift
/// let step = try PluginHost.open(
///     plugin: plugin, step: plugin.spec.steps[0], config: [:], offered: [Field("text", .utf8)], nodeID: "loud",
///     runID: "demo-0123456789ab", isolation: .worker, workers: 2, rowTimeoutMilliseconds: 30_000,
///     workerExecutable: PluginHost.workerExecutable)
/// step.run(call) { result in … }
/// step.shutdown()
/// ```
public enum PluginHost {
    /// The program that runs now, as a path that works while it runs, even if the file has been replaced.
    public static let ownExecutable = "/proc/self/exe"
    /// The program that workers run: a small one of its own, or this one.
    public static var workerExecutable: String { WorkerExecutable.path }
    /// Largest batch in bytes that goes to or comes from a step: the rule `size`.
    public static let batchByteLimit = 256 << 20

    /// Creates and binds a step on `workers` lanes, and waits until all are ready.
    ///
    /// May be called on several threads at the same time; nobody waits for anybody else's workers.
    ///
    /// - Parameters:
    ///   - config: the options, with defaults filled in and resources as absolute paths; an object.
    ///   - offered: the columns the graph has for the step, under the step's names.
    ///   - workers: how many batches can be worked on at the same time.
    ///   - rowTimeoutMilliseconds: how long one row may take; see ``ProgressWatch``. Does not bind inline steps.
    ///   - memoryLimitBytes: resident memory past which a worker is ended, and how much private memory it may get besides
    ///     what it starts with; nil for no limit. Does not bind inline steps.
    ///   - environment: variables of this process that workers see besides the usual ones.
    ///   - onViolation: whether the step's breaking of a rule ends the run or costs the rows it broke it for.
    ///   - batchByteLimit: a multiple of 4096.
    ///   - workerExecutable: a program that hands its arguments to ``HiddenCommand/run(_:)``.
    ///   - logger: takes what the step logs.
    /// - Throws: ``Failure`` of code `plugin_refused` (the file), `plugin_failed` (the step says no), `plugin_violation`
    ///   (what `bind` says is against the spec) or `plugin_died`; the message names plugin, version, step and node.
    public static func open(
        plugin: ResolvedPlugin, step: StepSpec, config: JSONValue, offered: [Field], nodeID: String, runID: String,
        isolation: UsePlan.Isolation, workers: Int, rowTimeoutMilliseconds: Int64,
        memoryLimitBytes: Int? = nil, environment: [String] = [],
        onViolation: UsePlan.OnViolation = .fail, batchByteLimit: Int = PluginHost.batchByteLimit,
        workerExecutable: String = PluginHost.workerExecutable, logger: Logger = Logger(label: "fastdistill.plugin")
    ) throws(Failure) -> any StepRunner {
        var logger = logger
        logger[metadataKey: "plugin"] = "\(plugin.spec.id) \(plugin.spec.version)"
        logger[metadataKey: "node"] = "\(nodeID)"
        let stepLogger = logger
        let settings = StepSettings(
            plugin: plugin, step: step, config: config.compact, offered: offered, nodeID: nodeID, runID: runID,
            rowTimeoutMilliseconds: rowTimeoutMilliseconds, capacity: batchByteLimit,
            memoryLimitBytes: memoryLimitBytes, environment: environment, onViolation: onViolation,
            workerExecutable: workerExecutable,
            log: { level, text in stepLogger.log(level: level.loggerLevel, "\(text)") })
        let stop = try StopSignal()
        return try StepPool.start(lanes: max(workers, 1), step: step, identity: settings.identity, stop: stop) {
            () throws(Failure) -> any Lane in
            switch isolation {
            case .worker: try WorkerLane(settings, stop: stop)
            case .inline: try InlineLane(settings, stop: stop)
            }
        }
    }
}

extension HostServices.Level {
    fileprivate var loggerLevel: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
