import PluginABI

/// The host's interfaces, looked up once per instance. What the host does not offer does nothing.
@usableFromInline
struct Host {
    @usableFromInline let context: UnsafeMutableRawPointer?
    // The functions that are called for every row, out of their structs.
    @usableFromInline let asksCancelled: (@convention(c) (UnsafeMutableRawPointer?) -> Int32)?
    @usableFromInline let reportsRow: (@convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void)?
    private let logging: UnsafePointer<fastdistill_log_v1>?

    init(_ host: UnsafePointer<fastdistill_host_v1>?) {
        let context = host?.pointee.context
        func interface<Functions>(_ id: String, _ type: Functions.Type) -> UnsafePointer<Functions>? {
            host?.pointee.get_interface?(context, id)?.assumingMemoryBound(to: type)
        }
        self.context = context
        asksCancelled = interface(FASTDISTILL_CANCEL_V1, fastdistill_cancel_v1.self)?.pointee.is_cancelled
        reportsRow = interface(FASTDISTILL_PROGRESS_V1, fastdistill_progress_v1.self)?.pointee.row
        logging = interface(FASTDISTILL_LOG_V1, fastdistill_log_v1.self)
    }

    @inlinable
    var isCancelled: Bool {
        guard let asksCancelled else { return false }
        return asksCancelled(context) != 0
    }

    @inlinable
    func report(row: Int) {
        reportsRow?(context, UInt64(row))
    }

    func log(_ message: String, level: fastdistill_log_level) {
        guard let write = logging?.pointee.write else { return }
        var message = message
        message.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { write(context, level, $0.baseAddress, UInt64($0.count)) }
        }
    }
}
