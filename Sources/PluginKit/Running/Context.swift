import PluginABI

/// Where and when a batch runs, and what may be asked of the host meanwhile. Valid until `run` returns.
public struct Context {
    private let call: UnsafePointer<fastdistill_call_v1>?
    @usableFromInline let host: Host

    init(_ call: UnsafePointer<fastdistill_call_v1>?, host: Host) {
        self.call = call
        self.host = host
    }

    public var runID: String { call?.pointee.run_id.map { String(cString: $0) } ?? "" }
    public var nodeID: String { call?.pointee.node_id.map { String(cString: $0) } ?? "" }
    /// The number of the batch at this node.
    public var batch: UInt64 { call?.pointee.batch ?? 0 }
    /// The seed of the node, the same for all its batches; `row.seed` is what a step usually wants.
    public var seed: UInt64 { call?.pointee.seed ?? 0 }
    /// 0, or more when the batch runs again after a crash.
    public var attempt: UInt32 { call?.pointee.attempt ?? 0 }

    /// Whether the host wants this run to end. The kit asks between rows; long work on one row asks itself and throws
    /// `StepError(.cancelled, …)`.
    public var isCancelled: Bool { host.isCancelled }

    /// How much a line in the log matters.
    public enum LogLevel: Sendable {
        case debug, info, warning, error
    }

    /// Writes a line to the run's log. No sample text and no secrets.
    public func log(_ message: String, level: LogLevel = .info) {
        let level =
            switch level {
            case .debug: FASTDISTILL_LOG_DEBUG
            case .info: FASTDISTILL_LOG_INFO
            case .warning: FASTDISTILL_LOG_WARNING
            case .error: FASTDISTILL_LOG_ERROR
            }
        host.log(message, level: level)
    }
}
