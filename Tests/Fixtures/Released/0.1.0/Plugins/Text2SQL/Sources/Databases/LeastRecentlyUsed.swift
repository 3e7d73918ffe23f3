/// Keeps what was used last, up to a total cost.
///
/// Finding is O(1); making room is O(n) in the number of entries, which is small here.
struct LeastRecentlyUsed<Key: Hashable, Value> {
    private struct Entry {
        var value: Value
        var cost: Int
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var cost = 0
    private var uses = 0

    /// - Parameter capacity: the sum of the costs of all entries that may be kept.
    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }

    mutating func find(_ key: Key) -> Value? {
        guard var entry = entries[key] else { return nil }
        uses += 1
        entry.lastUse = uses
        entries[key] = entry
        return entry.value
    }

    /// Keeps `value`, and drops what was used longest ago until all fits. What costs more than everything is not kept.
    mutating func keep(_ value: Value, for key: Key, cost newCost: Int = 1) {
        if let old = entries.removeValue(forKey: key) { cost -= old.cost }
        guard newCost <= capacity else { return }
        while cost + newCost > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries.removeValue(forKey: oldest.key)
            cost -= oldest.value.cost
        }
        uses += 1
        entries[key] = Entry(value: value, cost: newCost, lastUse: uses)
        cost += newCost
    }
}
