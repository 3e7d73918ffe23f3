import Glibc

/// Growing memory for one Arrow buffer. Freed with the value, unless somebody takes it. A capacity of 0 allocates nothing.
@usableFromInline
@frozen
struct Storage: ~Copyable {
    @usableFromInline private(set) var bytes: UnsafeMutableRawPointer?
    @usableFromInline var count = 0
    @usableFromInline private(set) var capacity = 0

    init(capacity: Int) {
        if capacity > 0 { grow(to: capacity) }
    }

    @inlinable
    deinit {
        free(bytes)
    }

    /// Makes room for `extra` more bytes and returns where they go. They count as used once `count` says so.
    @inlinable
    @inline(__always)
    mutating func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
        let start = count + extra <= capacity ? bytes : grow(to: count + extra)
        // Swift's own collections trap when memory runs out; so does this.
        guard let start else { fatalError("PluginKit: out of memory while building a column.") }
        return start + count
    }

    @usableFromInline
    @inline(never)
    @discardableResult
    mutating func grow(to needed: Int) -> UnsafeMutableRawPointer? {
        capacity = max(needed, capacity * 2, 64)
        bytes = realloc(bytes, capacity)
        return bytes
    }

    @inlinable
    @inline(__always)
    mutating func append<T: BitwiseCopyable>(_ value: T) {
        reserve(MemoryLayout<T>.size).storeBytes(of: value, as: T.self)
        count += MemoryLayout<T>.size
    }

    @inlinable
    @inline(__always)
    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        reserve(source.count).copyMemory(from: start, byteCount: source.count)
        count += source.count
    }

    mutating func truncate(to count: Int) {
        self.count = min(count, self.count)
    }

    /// Hands the memory to the caller, who frees it with `free`.
    consuming func take() -> UnsafeMutableRawPointer? {
        let taken = bytes
        discard self
        return taken
    }
}
