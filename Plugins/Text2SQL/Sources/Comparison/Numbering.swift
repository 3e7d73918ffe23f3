import Glibc

/// Gives equal things the same number: 0 for the first, 1 for the next that differs from it, and so on.
///
/// A hash table with open addressing. Texts are kept as copies, so that numbers never depend on hashes alone.
struct Numbering {
    private struct Thing {
        let hash: UInt64
        let kind: Cell.Kind
        let value: UInt64
    }

    private var things: [Thing] = []
    private var bytes: [UInt8] = []
    /// Number plus one, 0 for an empty slot.
    private var slots: [UInt32]

    /// - Parameter capacity: at most so many different things will come.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
    }

    var count: Int { things.count }

    mutating func number(of value: UInt64, kind: Cell.Kind) -> UInt32 {
        let hash = Self.mix(value &+ UInt64(kind.rawValue) &* 0x9E37_79B9_7F4A_7C15)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let thing = things[Int(slots[slot] - 1)]
            if thing.hash == hash, thing.kind == kind, thing.value == value { return slots[slot] - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return add(Thing(hash: hash, kind: kind, value: value), slot)
    }

    mutating func number(of text: UnsafeRawBufferPointer, kind: Cell.Kind) -> UInt32 {
        let hash = Self.hash(text, seed: UInt64(kind.rawValue))
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let thing = things[Int(slots[slot] - 1)]
            if thing.hash == hash, thing.kind == kind, isStored(text, at: thing.value) { return slots[slot] - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        let place = UInt64(bytes.count) << 32 | UInt64(text.count)
        bytes.append(contentsOf: text)
        return add(Thing(hash: hash, kind: kind, value: place), slot)
    }

    private mutating func add(_ thing: Thing, _ slot: Int) -> UInt32 {
        things.append(thing)
        slots[slot] = UInt32(things.count)
        return UInt32(things.count - 1)
    }

    private func isStored(_ text: UnsafeRawBufferPointer, at place: UInt64) -> Bool {
        guard place & 0xFFFF_FFFF == text.count else { return false }
        return bytes.withUnsafeBytes { stored in
            guard text.count > 0, let base = stored.baseAddress, let start = text.baseAddress else { return true }
            return memcmp(base + Int(place >> 32), start, text.count) == 0
        }
    }

    /// Source: the finaliser of SplitMix64, Steele, Lea and Flood 2014, <https://doi.org/10.1145/2660193.2660195>.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func hash(_ text: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var hash = seed &+ UInt64(text.count)
        var offset = 0
        while offset + 8 <= text.count {
            hash = mix(hash ^ text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < text.count {
            rest = rest << 8 | UInt64(text[offset])
            offset += 1
        }
        return mix(hash ^ rest)
    }
}
