/// The rows of a result without their order.
///
/// Rows are sorted by what must be equal to the byte (texts, blobs, which cells are NULL and which are numbers), then
/// by their numbers. Equal bags nearly always pair up in that order; only where numbers are close but not equal can two
/// rows be sorted differently, and then the rows of one group are matched one by one.
struct RowBag {
    private let table: ResultTable
    /// Row numbers in the order of the bag.
    private let order: [Int]

    /// O(n log n) in the number of rows.
    init(_ table: ResultTable) {
        self.table = table
        order = (0..<table.rowCount).sorted { Self.precedes(table, $0, $1) }
    }

    /// The number of a row of this bag that `other`, a bag of as many rows and columns, has no partner for.
    func firstMissing(in other: RowBag) -> Int? {
        for position in order.indices where !areEqual(order[position], other, other.order[position]) {
            return firstMissing(in: other, groupAt: position)
        }
        return nil
    }

    /// Matches one by one from the group that `position` lies in to the end.
    private func firstMissing(in other: RowBag, groupAt position: Int) -> Int? {
        var start = position
        while start > 0, Self.compareExact(table, order[start - 1], table, order[position]) == 0 { start -= 1 }
        while start < order.count {
            var end = start + 1
            while end < order.count, Self.compareExact(table, order[start], table, order[end]) == 0 { end += 1 }
            var partners = Array(other.order[start..<end])
            for row in order[start..<end] {
                guard let found = partners.firstIndex(where: { areEqual(row, other, $0) }) else { return row }
                partners.remove(at: found)
            }
            start = end
        }
        return nil
    }

    private func areEqual(_ row: Int, _ other: RowBag, _ otherRow: Int) -> Bool {
        zip(table.row(row), other.table.row(otherRow)).allSatisfy {
            CellEquality.areEqual($0, table.bytes, $1, other.table.bytes)
        }
    }

    private static func precedes(_ table: ResultTable, _ left: Int, _ right: Int) -> Bool {
        let exact = compareExact(table, left, table, right)
        if exact != 0 { return exact < 0 }
        for (first, second) in zip(table.row(left), table.row(right)) {
            guard let a = number(first), let b = number(second), a != b else { continue }
            return a < b
        }
        return left < right
    }

    /// The order of everything but the values of numbers: 0 if the rows may be equal.
    private static func compareExact(_ left: ResultTable, _ row: Int, _ right: ResultTable, _ otherRow: Int) -> Int {
        for (first, second) in zip(left.row(row), right.row(otherRow)) {
            let difference = kind(first) - kind(second)
            if difference != 0 { return difference }
            switch (first, second) {
            case (.text(let a), .text(let b)), (.blob(let a), .blob(let b)):
                let order = left.bytes.withUnsafeBytes { leftBytes in
                    right.bytes.withUnsafeBytes { rightBytes in
                        ResultTable.order(
                            UnsafeRawBufferPointer(rebasing: leftBytes[a]),
                            UnsafeRawBufferPointer(rebasing: rightBytes[b]))
                    }
                }
                if order != 0 { return order }
            default:
                break
            }
        }
        return 0
    }

    private static func kind(_ cell: Cell) -> Int {
        switch cell {
        case .null: 0
        case .integer, .real: 1
        case .text: 2
        case .blob: 3
        }
    }

    private static func number(_ cell: Cell) -> Double? {
        switch cell {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
