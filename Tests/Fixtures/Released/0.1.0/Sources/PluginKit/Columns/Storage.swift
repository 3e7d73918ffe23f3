import Glibc

/// Growing memory for one Arrow buffer. Freed with the value, unless somebody takes it. A capacity of 0 allocates nothing.
struct Storage: ~Copyable {
    private(set) var bytes: UnsafeMutableRawPointer?
    private(set) var count = 0
    private var capacity = 0

    init(capacity: Int) {
        if capacity > 0 { grow(to: capacity) }
    }

    deinit {
        free(bytes)
    }

    /// Makes room for `extra` more bytes and returns where they go; they count as used.
    @inline(__always)
    mutating func extend(by extra: Int) -> UnsafeMutableRawPointer {
        let needed = count + extra
        let start = needed <= capacity ? bytes : grow(to: needed)
        // Swift's own collections trap when memory runs out; so does this.
        guard let start else { fatalError("PluginKit: out of memory while building a column.") }
        defer { count = needed }
        return start + count
    }

    @discardableResult
    private mutating func grow(to needed: Int) -> UnsafeMutableRawPointer? {
        capacity = max(needed, capacity * 2, 64)
        bytes = realloc(bytes, capacity)
        return bytes
    }

    @inline(__always)
    mutating func append<T: BitwiseCopyable>(_ value: T) {
        extend(by: MemoryLayout<T>.size).storeBytes(of: value, as: T.self)
    }

    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress, source.count > 0 else { return }
        extend(by: source.count).copyMemory(from: start, byteCount: source.count)
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

/// Bits of a validity bitmap or a bool column, least significant first.
struct Bits: ~Copyable {
    private var storage: Storage
    private(set) var count = 0

    init(capacity: Int) {
        storage = Storage(capacity: (capacity + 7) / 8)
    }

    @inline(__always)
    mutating func append(_ bit: Bool) {
        if count & 7 == 0 { storage.append(UInt8(0)) }
        if let bytes = storage.bytes {
            let byte = bytes.assumingMemoryBound(to: UInt8.self) + count >> 3
            let mask: UInt8 = 1 << UInt8(count & 7)
            byte.pointee = bit ? byte.pointee | mask : byte.pointee & ~mask
        }
        count += 1
    }

    mutating func truncate(to count: Int) {
        self.count = min(count, self.count)
        storage.truncate(to: (self.count + 7) / 8)
    }

    var numberOfZeros: Int {
        guard let bytes = storage.bytes?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        var ones = 0
        for index in 0..<count / 8 { ones += bytes[index].nonzeroBitCount }
        for bit in 0..<count % 8 where bytes[count / 8] & (1 << UInt8(bit)) != 0 { ones += 1 }
        return count - ones
    }

    consuming func take() -> UnsafeMutableRawPointer? {
        storage.take()
    }
}
