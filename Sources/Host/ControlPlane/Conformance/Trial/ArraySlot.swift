import DataPlane
import PluginABI

/// Room for an array that a plugin fills; what is left in it is released with its owner.
final class ArraySlot {
    let pointer: UnsafeMutablePointer<ArrowArray>

    init() {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: ArrowArray())
    }

    deinit {
        pointer.release()
        pointer.deallocate()
    }

    var isZeroed: Bool { UnsafeRawBufferPointer(start: pointer, count: MemoryLayout<ArrowArray>.size).isZeroed }

    /// Calls the release callback once; see ``SchemaSlot/releaseAndAsk()``.
    func releaseAndAsk() -> Bool {
        guard let callback = pointer.pointee.release else { return false }
        callback(pointer)
        defer { pointer.pointee.release = nil }
        return pointer.pointee.release == nil
    }
}
