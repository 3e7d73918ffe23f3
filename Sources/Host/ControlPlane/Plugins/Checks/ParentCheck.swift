/// The rule `parent`: which input row each returned row belongs to, and that each input row is accounted for.
struct ParentCheck {
    /// Of the batch that the step was given.
    let rowCount: Int
    /// Whether an input row may have several rows in `out`.
    let allowsSeveral: Bool

    /// - Complexity: O(rows).
    func check(
        _ parents: UnsafeBufferPointer<Int64>, _ rejected: UnsafeBufferPointer<Int64>
    ) throws(Violation) {
        if rejected.isEmpty, isEachRowOnce(parents) { return }
        try checkAscending(parents, repeats: allowsSeveral, part: "out")
        try checkAscending(rejected, repeats: false, part: "rejects")
        // Both ascend, so one walk along the input rows sees everything.
        var (next, nextRejected) = (0, 0)
        for row in 0..<rowCount {
            let start = next
            while next < parents.count, parents[next] == row { next += 1 }
            let isRejected = nextRejected < rejected.count && rejected[nextRejected] == row
            if isRejected { nextRejected += 1 }
            if isRejected, next > start {
                throw Violation(.parent, row: row, "the input row is both in 'out' and in 'rejects'")
            }
            if !isRejected, next == start {
                throw Violation(.parent, row: row, "the input row is neither in 'out' nor in 'rejects'")
            }
        }
    }

    /// What nearly every batch is.
    private func isEachRowOnce(_ parents: UnsafeBufferPointer<Int64>) -> Bool {
        guard parents.count == rowCount else { return false }
        var wrong: Int64 = 0
        for row in 0..<rowCount { wrong |= parents[row] ^ Int64(row) }
        return wrong == 0
    }

    private func checkAscending(
        _ parents: UnsafeBufferPointer<Int64>, repeats: Bool, part: String
    ) throws(Violation) {
        var last: Int64 = -1
        for (row, parent) in parents.enumerated() {
            guard parent >= 0, parent < rowCount else {
                throw fault(row, "in '\(part)', there is no input row \(parent): the batch has \(rowCount) rows")
            }
            if parent < last {
                throw fault(row, "in '\(part)', the parents do not ascend: \(parent) comes after \(last)")
            }
            if parent == last, !repeats { throw fault(row, "in '\(part)', the input row \(parent) comes twice") }
            last = parent
        }
    }

    private func fault(_ row: Int, _ message: String) -> Violation {
        Violation(.parent, column: StepResult.parent.name, row: row, message)
    }
}
