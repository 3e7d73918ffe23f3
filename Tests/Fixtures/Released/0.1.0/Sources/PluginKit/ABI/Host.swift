import PluginABI

/// The host's interfaces, looked up once per instance. What the host does not offer does nothing.
struct Host {
    private let context: UnsafeMutableRawPointer?
    private let logging: UnsafePointer<fastdistill_log_v1>?
    private let cancelling: UnsafePointer<fastdistill_cancel_v1>?
    private let progress: UnsafePointer<fastdistill_progress_v1>?

    init(_ host: UnsafePointer<fastdistill_host_v1>?) {
        let context = host?.pointee.context
        func interface(_ id: String) -> UnsafeRawPointer? {
            guard let lookUp = host?.pointee.get_interface else { return nil }
            return lookUp(context, id)
        }
        self.context = context
        logging = interface(FASTDISTILL_LOG_V1)?.assumingMemoryBound(to: fastdistill_log_v1.self)
        cancelling = interface(FASTDISTILL_CANCEL_V1)?.assumingMemoryBound(to: fastdistill_cancel_v1.self)
        progress = interface(FASTDISTILL_PROGRESS_V1)?.assumingMemoryBound(to: fastdistill_progress_v1.self)
    }

    var isCancelled: Bool {
        guard let asks = cancelling?.pointee.is_cancelled else { return false }
        return asks(context) != 0
    }

    func report(row: Int) {
        progress?.pointee.row?(context, UInt64(row))
    }

    func log(_ message: String, level: fastdistill_log_level) {
        guard let write = logging?.pointee.write else { return }
        var message = message
        message.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { write(context, level, $0.baseAddress, UInt64($0.count)) }
        }
    }
}
