/// Finds which columns of the given result are which of the gold one.
///
/// A column can only stand for one with the same values equally often, so columns are looked up by a signature (the sum
/// of their values' hashes). Where several have the same signature, one gold column after the other gets a partner,
/// and a choice is dropped as soon as the rows so far, cut to the columns chosen, are not the same bag. Columns that are
/// equal from top to bottom are tried once.
struct ColumnSearch {
    private let rows: NumberedRows
    private let count: Int
    /// For each gold column the given ones that may stand for it.
    private let candidates: [[Int]]
    /// Gold columns, those with few candidates first.
    private let sequence: [Int]
    /// For each given column the first one that equals it from top to bottom.
    private let twins: [Int]
    private var choicesLeft: Int

    /// Values that the search may look at before it gives up, so that it always ends.
    private static let patience = 50_000_000

    init(_ rows: NumberedRows) {
        self.rows = rows
        count = rows.columnCount
        let rowCount = rows.values.gold.count / max(1, rows.columnCount)
        choicesLeft = min(100_000, max(2 * count * count, Self.patience / max(1, rowCount)))
        let given = (0..<count).map { Self.signature(rows.values.given, $0, rows.columnCount) }
        let gold = (0..<count).map { Self.signature(rows.values.gold, $0, rows.columnCount) }
        let found = gold.map { wanted in given.indices.filter { given[$0].bag == wanted.bag } }
        candidates = found
        sequence = (0..<count).sorted { (found[$0].count, $0) < (found[$1].count, $1) }
        twins = given.map { own in given.firstIndex { $0.list == own.list } ?? 0 }
    }

    /// The first arrangement that makes the bags of rows the same and that `accepts` takes; nil if there is none.
    mutating func find(where accepts: ([Int]) -> Bool) -> [Int]? {
        var chosen = [Int](repeating: -1, count: count)
        let rowCount = count == 0 ? 0 : rows.values.gold.count / count
        let blank = [UInt64](repeating: 0, count: rowCount)
        return extend(0, &chosen, blank, blank, accepts) ? chosen : nil
    }

    private mutating func extend(
        _ depth: Int, _ chosen: inout [Int], _ given: [UInt64], _ gold: [UInt64], _ accepts: ([Int]) -> Bool
    ) -> Bool {
        guard depth < count else { return rows.areSameBag(chosen) && accepts(chosen) }
        let column = sequence[depth]
        let goldNext = extended(gold, rows.values.gold, column)
        let wanted = goldNext.reduce(0, &+)
        var tried: Set<Int> = []
        for candidate in candidates[column] where !chosen.contains(candidate) {
            guard tried.insert(twins[candidate]).inserted else { continue }
            guard choicesLeft > 0 else { return false }
            choicesLeft -= 1
            let givenNext = extended(given, rows.values.given, candidate)
            guard givenNext.reduce(0, &+) == wanted else { continue }
            chosen[column] = candidate
            if extend(depth + 1, &chosen, givenNext, goldNext, accepts) { return true }
            chosen[column] = -1
        }
        return false
    }

    /// The hash of each row, one column longer.
    private func extended(_ hashes: [UInt64], _ values: [UInt32], _ column: Int) -> [UInt64] {
        hashes.indices.map { Numbering.mix(hashes[$0] ^ UInt64(values[$0 * count + column])) }
    }

    private static func signature(_ values: [UInt32], _ column: Int, _ count: Int) -> (bag: UInt64, list: UInt64) {
        var bag: UInt64 = 0
        var list: UInt64 = 0
        for index in stride(from: column, to: values.count, by: count) {
            bag &+= Numbering.mix(UInt64(values[index]))
            list = Numbering.mix(list ^ UInt64(values[index]))
        }
        return (bag, list)
    }
}
