/// Keeps what was used of late, up to a total cost.
///
/// There are two generations: what is kept or found belongs to the young one, and when that is half of the whole, it
/// becomes the old one and what was old is dropped. So everything takes O(1), and whatever was used within the last
/// half of the capacity is there.
struct LeastRecentlyUsed<Key: Hashable, Value> {
    private struct Entry {
        let value: Value
        let cost: Int
    }

    private let capacity: Int
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngCost = 0

    /// - Parameter capacity: the sum of the costs of all entries that may be kept.
    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { young.count + old.count }

    mutating func find(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard !old.isEmpty, let entry = old.removeValue(forKey: key) else { return nil }
        keep(entry.value, for: key, cost: entry.cost)
        return entry.value
    }

    /// Keeps `value`. What costs more than half of everything is not kept.
    mutating func keep(_ value: Value, for key: Key, cost: Int = 1) {
        guard cost <= capacity / 2 else { return }
        if youngCost + cost > capacity / 2 {
            old = young
            young = [:]
            youngCost = 0
        }
        if let before = young.updateValue(Entry(value: value, cost: cost), forKey: key) { youngCost -= before.cost }
        youngCost += cost
    }
}
