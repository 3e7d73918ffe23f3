/// The rows of two results of equally many columns, their values numbered.
struct NumberedRows {
    let columnCount: Int
    let values: ValueNumbers

    init(_ given: ResultTable, _ gold: ResultTable, _ equality: ValueNumbers.Equality = .exact) {
        columnCount = gold.columns.count
        values = ValueNumbers(given, gold, equality)
    }

    /// Numbers for the rows: two rows have the same number if and only if they have the same values.
    ///
    /// - Parameter columns: which column of the given result stands in the place of each gold column.
    func rowNumbers(_ columns: [Int]? = nil) -> (given: [UInt32], gold: [UInt32]) {
        if columnCount == 1 { return (values.given, values.gold) }
        var numbering = RowNumbering(
            capacity: (values.given.count + values.gold.count) / columnCount, columnCount: columnCount)
        return (
            numbering.number(values.given, columns ?? Array(0..<columnCount)),
            numbering.number(values.gold, Array(0..<columnCount))
        )
    }

    /// Whether the rows are the same, in the same order.
    func areSameList(_ columns: [Int]? = nil) -> Bool {
        guard let columns else { return values.given == values.gold }
        guard values.given.count == values.gold.count else { return false }
        for row in stride(from: 0, to: values.gold.count, by: columnCount) {
            for (column, source) in columns.enumerated()
            where values.given[row + source] != values.gold[row + column] { return false }
        }
        return true
    }

    /// Whether each row stands as often in one as in the other.
    func areSameBag(_ columns: [Int]? = nil) -> Bool {
        firstMissing(columns) == nil && values.given.count == values.gold.count
    }

    /// The first gold row that the given rows hold too rarely.
    func firstMissing(_ columns: [Int]? = nil) -> Int? {
        let rows = rowNumbers(columns)
        return Self.firstMissing(rows.gold[...], in: rows.given[...])
    }

    /// Where the first of `wanted` lies that `found` has too few of.
    static func firstMissing(_ wanted: ArraySlice<UInt32>, in found: ArraySlice<UInt32>) -> Int? {
        var counts = [Int32](repeating: 0, count: Int(max(wanted.max() ?? 0, found.max() ?? 0)) + 1)
        for number in found { counts[Int(number)] += 1 }
        return wanted.indices.first { index in
            counts[Int(wanted[index])] -= 1
            return counts[Int(wanted[index])] < 0
        }
    }

    /// Where the first of `wanted` lies that `found` does not have.
    static func firstAbsent(_ wanted: [UInt32], in found: [UInt32]) -> Int? {
        var isThere = [Bool](repeating: false, count: Int(max(wanted.max() ?? 0, found.max() ?? 0)) + 1)
        for number in found { isThere[Int(number)] = true }
        return wanted.firstIndex { !isThere[Int($0)] }
    }

    /// The first group of rows, given by their starts, in which the rows are not the same bag.
    func firstDifferentGroup(_ starts: [Int], _ columns: [Int]? = nil) -> Int? {
        let rows = rowNumbers(columns)
        var counts = [Int32](repeating: 0, count: Int(max(rows.gold.max() ?? 0, rows.given.max() ?? 0)) + 1)
        for (index, start) in starts.enumerated() {
            let group = start..<(index + 1 < starts.count ? starts[index + 1] : rows.gold.count)
            for row in group { counts[Int(rows.given[row])] += 1 }
            for row in group {
                counts[Int(rows.gold[row])] -= 1
                if counts[Int(rows.gold[row])] < 0 { return index }
            }
        }
        return nil
    }
}

/// Gives equal rows equal numbers. A hash table with open addressing, as `Numbering`.
private struct RowNumbering {
    private let columnCount: Int
    /// The values of all different rows.
    private var known: [UInt32] = []
    private var hashes: [UInt64] = []
    /// Number plus one, 0 for an empty slot.
    private var slots: [UInt32]

    init(capacity: Int, columnCount: Int) {
        self.columnCount = columnCount
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
    }

    mutating func number(_ values: [UInt32], _ columns: [Int]) -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(values.count / columnCount)
        for row in stride(from: 0, to: values.count, by: columnCount) {
            var hash: UInt64 = 0
            for column in columns { hash = Numbering.mix(hash ^ UInt64(values[row + column])) }
            numbers.append(number(values, row, columns, hash))
        }
        return numbers
    }

    private mutating func number(_ values: [UInt32], _ row: Int, _ columns: [Int], _ hash: UInt64) -> UInt32 {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot] - 1)
            if hashes[number] == hash, isKnown(number, values, row, columns) { return UInt32(number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        for column in columns { known.append(values[row + column]) }
        hashes.append(hash)
        slots[slot] = UInt32(hashes.count)
        return UInt32(hashes.count - 1)
    }

    private func isKnown(_ number: Int, _ values: [UInt32], _ row: Int, _ columns: [Int]) -> Bool {
        let start = number * columnCount
        for index in 0..<columnCount where known[start + index] != values[row + columns[index]] { return false }
        return true
    }
}
