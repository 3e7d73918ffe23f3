import DataPlane
import PluginABI

/// Room for a schema that a plugin fills; what is left in it is released with its owner.
final class SchemaSlot {
    let pointer: UnsafeMutablePointer<ArrowSchema>

    init() {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: ArrowSchema())
    }

    deinit {
        pointer.release()
        pointer.deallocate()
    }

    var isZeroed: Bool { UnsafeRawBufferPointer(start: pointer, count: MemoryLayout<ArrowSchema>.size).isZeroed }

    /// Calls the release callback once.
    ///
    /// - Returns: whether the plugin marked the schema as released, as the Arrow interface demands.
    func releaseAndAsk() -> Bool {
        guard let callback = pointer.pointee.release else { return false }
        callback(pointer)
        defer { pointer.pointee.release = nil }
        return pointer.pointee.release == nil
    }
}

extension UnsafeRawBufferPointer {
    var isZeroed: Bool { allSatisfy { $0 == 0 } }
}
