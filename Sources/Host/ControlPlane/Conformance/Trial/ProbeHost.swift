import PluginABI
import Synchronization

/// A host as a step sees it, which remembers what the step asks of it.
///
/// Lives until the step is destroyed: the C struct holds an unretained pointer to it.
final class ProbeHost: Sendable {
    /// Whether it offers no interface at all, as a host may.
    let isBare: Bool
    private let cancelled = Atomic(false)
    private let rows = Mutex<[UInt64]>([])
    // Written in init, read by the plugin.
    nonisolated(unsafe) private let storage = UnsafeMutablePointer<fastdistill_host_v1>.allocate(capacity: 1)

    init(isBare: Bool = false) {
        self.isBare = isBare
        storage.initialize(
            to: fastdistill_host_v1(context: Unmanaged.passUnretained(self).toOpaque(), get_interface: probeInterface))
    }

    deinit { storage.deallocate() }

    var pointer: UnsafePointer<fastdistill_host_v1> { UnsafePointer(storage) }

    /// Asks the step to stop.
    func cancel() { cancelled.store(true, ordering: .releasing) }

    /// The rows that the step has said it works on, in the order in which it did.
    var reportedRows: [UInt64] { rows.withLock { $0 } }

    fileprivate var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    fileprivate func report(_ row: UInt64) {
        // Enough for every batch whose rows anybody looks at, and no growth in one of a thousand.
        rows.withLock { if $0.count < 4096 { $0.append(row) } }
    }

    fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> ProbeHost? {
        context.map { Unmanaged<ProbeHost>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// The tables a plugin gets: made once, never freed. Unchecked because pointers are not Sendable; nothing changes them.
private struct ProbeTables: @unchecked Sendable {
    let log = UnsafeMutablePointer<fastdistill_log_v1>.allocate(capacity: 1)
    let cancel = UnsafeMutablePointer<fastdistill_cancel_v1>.allocate(capacity: 1)
    let progress = UnsafeMutablePointer<fastdistill_progress_v1>.allocate(capacity: 1)

    init() {
        log.initialize(to: fastdistill_log_v1(write: { _, _, _, _ in }))
        cancel.initialize(to: fastdistill_cancel_v1(is_cancelled: probeIsCancelled))
        progress.initialize(to: fastdistill_progress_v1(row: probeReport))
    }
}

private let probeTables = ProbeTables()

private func probeInterface(_ context: UnsafeMutableRawPointer?, _ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
    guard let id, ProbeHost.from(context)?.isBare == false else { return nil }
    return switch String(cString: id) {
    case FASTDISTILL_LOG_V1: UnsafeRawPointer(probeTables.log)
    case FASTDISTILL_CANCEL_V1: UnsafeRawPointer(probeTables.cancel)
    case FASTDISTILL_PROGRESS_V1: UnsafeRawPointer(probeTables.progress)
    default: nil
    }
}

private func probeIsCancelled(_ context: UnsafeMutableRawPointer?) -> Int32 {
    ProbeHost.from(context)?.isCancelled == true ? 1 : 0
}

private func probeReport(_ context: UnsafeMutableRawPointer?, _ row: UInt64) { ProbeHost.from(context)?.report(row) }
