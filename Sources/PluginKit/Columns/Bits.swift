/// Bits of a validity bitmap or a bool column, least significant first.
@usableFromInline
@frozen
struct Bits: ~Copyable {
    @usableFromInline var storage: Storage
    @usableFromInline var count = 0

    init(capacity: Int) {
        storage = Storage(capacity: (capacity + 7) / 8)
    }

    @inlinable
    @inline(__always)
    mutating func append(_ bit: Bool) {
        if count & 7 == 0 { storage.append(UInt8(0)) }
        let byte = storage.bytes.assumingMemoryBound(to: UInt8.self) + count >> 3
        let mask: UInt8 = 1 << UInt8(count & 7)
        byte.pointee = bit ? byte.pointee | mask : byte.pointee & ~mask
        count &+= 1
    }

    mutating func truncate(to count: Int) {
        self.count = min(count, self.count)
        storage.truncate(to: (self.count + 7) / 8)
    }

    var numberOfZeros: Int {
        let bytes = storage.bytes.assumingMemoryBound(to: UInt8.self)
        var ones = 0
        for index in 0..<count / 8 { ones += bytes[index].nonzeroBitCount }
        for bit in 0..<count % 8 where bytes[count / 8] & (1 << UInt8(bit)) != 0 { ones += 1 }
        return count - ones
    }

    consuming func take() -> UnsafeMutableRawPointer? {
        storage.take()
    }
}
