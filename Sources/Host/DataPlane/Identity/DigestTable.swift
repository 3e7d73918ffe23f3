/// A map from digests to ordinals that only grows, at about 60 bytes an entry.
///
/// Open addressing with linear probing over a dense list (D. E. Knuth, The Art of Computer Programming, volume 3, section
/// 6.4, algorithm L). Digests are evenly distributed, so their own bits say where to look first.
struct DigestTable {
    struct Entry {
        var id: Digest
        var ordinal: Int64
    }

    /// In the order in which they came.
    private(set) var entries: [Entry] = []
    /// The number of an entry, counted from 1; 0 is free. Its count is a power of two, and at least half are free.
    private var slots: [UInt32]
    private static let fewestSlots = 1024

    init() { slots = [UInt32](repeating: 0, count: Self.fewestSlots) }

    /// - Complexity: O(1).
    subscript(id: Digest) -> Int64? {
        let number = slots[slot(of: id)]
        return number == 0 ? nil : entries[Int(number) - 1].ordinal
    }

    /// - Precondition: it is not there yet.
    /// - Complexity: O(1), amortised.
    mutating func insert(_ id: Digest, _ ordinal: Int64) {
        entries.append(Entry(id: id, ordinal: ordinal))
        if entries.count * 2 > slots.count {
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for index in entries.indices { slots[slot(of: entries[index].id)] = UInt32(index + 1) }
        } else {
            slots[slot(of: id)] = UInt32(entries.count)
        }
    }

    /// Where an id stands, or the free place where it would.
    private func slot(of id: Digest) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: id.leadingBits) & mask
        while slots[slot] != 0, entries[Int(slots[slot]) - 1].id != id { slot = (slot + 1) & mask }
        return slot
    }
}
