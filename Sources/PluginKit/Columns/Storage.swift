import Glibc

/// Growing memory for one Arrow buffer. Freed with the value, unless somebody takes it. A capacity of 0 allocates nothing.
@usableFromInline
@frozen
struct Storage: ~Copyable {
    /// Without capacity it points to ``nowhere``, so that no append has to look whether it is there.
    @usableFromInline private(set) var bytes: UnsafeMutableRawPointer
    @usableFromInline var count = 0
    @usableFromInline private(set) var capacity = 0

    init(capacity: Int) {
        bytes = nowhere
        if capacity > 0 { grow(to: capacity) }
    }

    // Inlinable like what uses it: the optimiser of Swift 6.3 fails on a mixture.
    @inlinable
    deinit {
        if capacity > 0 { free(bytes) }
    }

    @inlinable
    @inline(__always)
    func hasRoom(for extra: Int) -> Bool { extra <= capacity &- count }

    /// Makes room for `extra` more bytes and returns where they go. They count as used once `count` says so.
    @inlinable
    @inline(__always)
    mutating func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        if !hasRoom(for: extra) { grow(to: count + extra) }
        return bytes + count
    }

    @usableFromInline
    @inline(never)
    mutating func grow(to needed: Int) {
        let size = max(needed, capacity * 2, 64)
        // Swift's own collections trap when memory runs out; so does this.
        guard let grown = capacity > 0 ? realloc(bytes, size) : malloc(size) else {
            fatalError("PluginKit: out of memory while building a column.")
        }
        bytes = grown
        capacity = size
    }

    @inlinable
    @inline(__always)
    mutating func append<T: BitwiseCopyable>(_ value: T) {
        reserve(MemoryLayout<T>.size).storeBytes(of: value, as: T.self)
        count &+= MemoryLayout<T>.size
    }

    mutating func truncate(to count: Int) {
        self.count = min(count, self.count)
    }

    /// Hands the memory to the caller, who frees it with `free`; nil if there is none.
    consuming func take() -> UnsafeMutableRawPointer? {
        let taken = capacity > 0 ? bytes : nil
        discard self
        return taken
    }
}

/// Where storages without memory point to. Nothing is read or written there.
nonisolated(unsafe) private let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
