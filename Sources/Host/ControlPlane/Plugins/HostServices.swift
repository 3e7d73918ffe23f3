import Glibc
import PluginABI
import Synchronization

/// The words through which a step and its host see each other while a batch runs.
///
/// ```
/// 0   progress    input row now being worked on, plus 1; 0 = not said
/// 8   cancelled   1 once the host wants the run to end
/// 16  stage       what the worker is doing
/// 24  sequence    number of the last batch that was given to the step
/// 32  process     number of the process that works
/// 40  refused     1 once it dies for want of memory
/// 48  answered    number of the last batch whose answer has been sent whole
/// ```
///
/// Unchecked because it points to memory that several threads and processes use; every access is atomic.
struct ControlWords: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt64>

    enum Stage: UInt64 { case idle, loading, creating, binding, running, reading, releasing }

    var progress: UInt64 {
        get { read(0) }
        nonmutating set { store(0, newValue) }
    }
    var isCancelled: Bool {
        get { read(1) != 0 }
        nonmutating set { store(1, newValue ? 1 : 0) }
    }
    var stage: Stage {
        get { Stage(rawValue: read(2)) ?? .idle }
        nonmutating set { store(2, newValue.rawValue) }
    }
    var sequence: UInt64 {
        get { read(3) }
        nonmutating set { store(3, newValue) }
    }
    var process: pid_t {
        get { pid_t(truncatingIfNeeded: read(4)) }
        nonmutating set { store(4, UInt64(newValue)) }
    }
    var wasRefusedMemory: Bool { read(5) != 0 }
    /// Where ``wasRefusedMemory`` is noted by the handler of a signal.
    var refusal: UnsafeMutablePointer<UInt64> { base + 5 }
    var answered: UInt64 {
        get { read(6) }
        nonmutating set { store(6, newValue) }
    }

    // An Atomic lies in memory as its value does.
    private func read(_ index: Int) -> UInt64 {
        UnsafeMutableRawPointer(base + index).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
            .load(ordering: .acquiring)
    }

    private func store(_ index: Int, _ value: UInt64) {
        UnsafeMutableRawPointer(base + index).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
            .store(value, ordering: .releasing)
    }

    /// How many words there are.
    static let count = 7
}

/// What a step can ask of its host: the interfaces of host.h.
///
/// Lives until the step is destroyed: the C struct holds an unretained pointer to it.
final class HostServices: Sendable {
    enum Level: UInt8, Sendable { case debug, info, warning, error }

    private let words: ControlWords
    private let wantsEnd: @Sendable () -> Bool
    private let log: @Sendable (Level, String) -> Void
    // Written in init, read by the plugin.
    nonisolated(unsafe) private let storage = UnsafeMutablePointer<fastdistill_host_v1>.allocate(capacity: 1)

    /// - Parameters:
    ///   - words: where progress is reported to.
    ///   - isCancelled: whether the host wants the current run to end.
    ///   - log: takes a line of the run's log.
    init(
        words: ControlWords, isCancelled: @escaping @Sendable () -> Bool,
        log: @escaping @Sendable (Level, String) -> Void
    ) {
        self.words = words
        wantsEnd = isCancelled
        self.log = log
        storage.initialize(
            to: fastdistill_host_v1(context: Unmanaged.passUnretained(self).toOpaque(), get_interface: hostInterface))
    }

    deinit { storage.deallocate() }

    var host: UnsafePointer<fastdistill_host_v1> { UnsafePointer(storage) }

    fileprivate func write(_ level: UInt32, _ message: UnsafeRawBufferPointer) {
        log(Level(rawValue: UInt8(clamping: level)) ?? .info, String(decoding: message, as: UTF8.self))
    }

    fileprivate var isCancelled: Bool { wantsEnd() }

    fileprivate func report(row: UInt64) { words.progress = row &+ 1 }

    /// Calls `body` on the object behind a context, without counting a reference: a step reports every row.
    fileprivate static func on<Result>(_ context: UnsafeMutableRawPointer?, _ body: (HostServices) -> Result) -> Result?
    {
        context.map { Unmanaged<HostServices>.fromOpaque($0)._withUnsafeGuaranteedRef(body) }
    }
}

/// The tables a plugin gets: made once, never freed.
private struct Tables: @unchecked Sendable {
    let log = UnsafeMutablePointer<fastdistill_log_v1>.allocate(capacity: 1)
    let cancel = UnsafeMutablePointer<fastdistill_cancel_v1>.allocate(capacity: 1)
    let progress = UnsafeMutablePointer<fastdistill_progress_v1>.allocate(capacity: 1)

    init() {
        log.initialize(to: fastdistill_log_v1(write: writeLog))
        cancel.initialize(to: fastdistill_cancel_v1(is_cancelled: isCancelled))
        progress.initialize(to: fastdistill_progress_v1(row: reportRow))
    }
}

private let tables = Tables()

private func hostInterface(_ context: UnsafeMutableRawPointer?, _ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
    guard let id else { return nil }
    return switch String(cString: id) {
    case FASTDISTILL_LOG_V1: UnsafeRawPointer(tables.log)
    case FASTDISTILL_CANCEL_V1: UnsafeRawPointer(tables.cancel)
    case FASTDISTILL_PROGRESS_V1: UnsafeRawPointer(tables.progress)
    default: nil
    }
}

private func writeLog(
    _ context: UnsafeMutableRawPointer?, _ level: fastdistill_log_level, _ message: UnsafePointer<CChar>?,
    _ length: UInt64
) {
    let text = UnsafeRawBufferPointer(start: message, count: message == nil ? 0 : Int(length))
    HostServices.on(context) { $0.write(UInt32(level.rawValue), text) }
}

private func isCancelled(_ context: UnsafeMutableRawPointer?) -> Int32 {
    HostServices.on(context, \.isCancelled) == true ? 1 : 0
}

private func reportRow(_ context: UnsafeMutableRawPointer?, _ row: UInt64) {
    HostServices.on(context) { $0.report(row: row) }
}
