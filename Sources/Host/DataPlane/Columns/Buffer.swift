import Glibc

/// A run of bytes that never changes after it was made, freed with its last reference.
///
/// Unchecked because it holds a raw pointer; sound because nothing writes through it once `init` has returned.
public final class Buffer: @unchecked Sendable {
    public let start: UnsafeRawPointer
    /// Length in bytes.
    public let count: Int
    /// What keeps the memory alive; nil when it is the buffer's own.
    private let owner: (any AnyObject & Sendable)?

    /// Takes over `start`, which was allocated with `malloc` (or is the base of nothing, when `count` is 0).
    public init(adopting start: UnsafeMutableRawPointer, count: Int) {
        self.start = UnsafeRawPointer(start)
        self.count = count
        owner = nil
    }

    /// Lends memory that `owner` keeps alive.
    public init(borrowing start: UnsafeRawPointer, count: Int, owner: any AnyObject & Sendable) {
        self.start = start
        self.count = count
        self.owner = owner
    }

    /// Copies `count` bytes.
    public convenience init(copying source: UnsafeRawPointer, count: Int) {
        let storage = allocateBytes(count)
        storage.copyMemory(from: source, byteCount: count)
        self.init(adopting: storage, count: count)
    }

    deinit {
        if owner == nil { free(UnsafeMutableRawPointer(mutating: start)) }
    }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// The buffer as an array of `Element`; `count` is a multiple of its stride.
    public func elements<Element: BitwiseCopyable>(of type: Element.Type) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: type), count: count / MemoryLayout<Element>.stride)
    }
}

/// Allocates at least one byte with `malloc`; running out of memory ends the process, as everywhere in Swift.
func allocateBytes(_ count: Int) -> UnsafeMutableRawPointer {
    guard let storage = malloc(max(count, 1)) else { fatalError("out of memory: \(count) bytes") }
    return storage
}

/// A growing run of bytes that becomes a ``Buffer``.
struct ByteBuilder: ~Copyable {
    private(set) var storage: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 64) {
        self.capacity = max(capacity, 16)
        storage = allocateBytes(self.capacity)
    }

    deinit { free(storage) }

    mutating func reserve(_ additional: Int) {
        guard count + additional > capacity else { return }
        capacity = max(capacity * 2, count + additional)
        guard let grown = realloc(storage, capacity) else { fatalError("out of memory: \(capacity) bytes") }
        storage = grown
    }

    mutating func append(_ source: UnsafeRawPointer, count length: Int) {
        reserve(length)
        (storage + count).copyMemory(from: source, byteCount: length)
        count += length
    }

    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let base = source.baseAddress else { return }
        append(base, count: source.count)
    }

    mutating func append<Value: BitwiseCopyable>(value: Value) {
        reserve(MemoryLayout<Value>.size)
        (storage + count).storeBytes(of: value, as: Value.self)
        count += MemoryLayout<Value>.size
    }

    /// Counts bytes that were written to the reserved memory behind the last one.
    mutating func grow(by additional: Int) {
        precondition(count + additional <= capacity)
        count += additional
    }

    /// Forgets all bytes behind `length`; the memory stays.
    mutating func truncate(to length: Int) { count = min(count, length) }

    /// The bytes so far as an immutable buffer; the builder is used up.
    consuming func finish() -> Buffer {
        let result = Buffer(adopting: storage, count: count)
        storage = allocateBytes(0)
        return result
    }
}

/// A bitmap in Arrow's order: bit `i` is bit `i % 8` of byte `i / 8`.
struct BitBuilder: ~Copyable {
    private var bytes = ByteBuilder()
    private(set) var count = 0
    /// How many of the bits are zero.
    private(set) var zeroCount = 0

    mutating func append(_ bit: Bool) {
        if count % 8 == 0 { bytes.append(value: UInt8(0)) }
        if bit {
            let byte = bytes.storage + count / 8
            byte.storeBytes(of: byte.load(as: UInt8.self) | (1 << UInt8(count % 8)), as: UInt8.self)
        } else {
            zeroCount += 1
        }
        count += 1
    }

    consuming func finish() -> Buffer { bytes.finish() }
}

extension Buffer {
    /// Bit `index` of a bitmap in Arrow's order.
    func bit(_ index: Int) -> Bool {
        (start.load(fromByteOffset: index >> 3, as: UInt8.self) >> UInt8(index & 7)) & 1 == 1
    }
}
