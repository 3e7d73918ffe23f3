import DataPlane

/// Keeps the best rows of each sample.
final class SelectExecutor: NodeExecutor {
    private let context: NodeContext
    private let plan: SelectPlan

    init(_ context: NodeContext, _ plan: SelectPlan) {
        self.context = context
        self.plan = plan
    }

    func start(_ batch: EngineBatch) {
        let start = monotonicNanoseconds()
        defer { context.worked(monotonicNanoseconds() - start) }
        let keys = plan.order.map { (view: ColumnView($0.path, in: batch.rows), isDescending: $0.isDescending) }
        var kept: [Int] = []
        var drops: [Drop] = []
        for sample in batch.samples {
            // The rows come in the order of candidates, and the sort is stable: ties go to the lower candidate.
            let ranked = sample.sorted { left, right in
                for key in keys {
                    let order = Self.compare(key.view, left, right, isDescending: key.isDescending)
                    if order != 0 { return order < 0 }
                }
                return left < right
            }
            kept += ranked.prefix(plan.keep).sorted()
            drops += ranked.dropFirst(plan.keep).map { Drop(row: $0, outcome: .notSelected) }
        }
        drops.sort { $0.row < $1.row }
        context.finish(batch, batch.with(batch.rows.taking(kept)), drops)
    }

    /// Negative when `left` comes first. Nulls come last whatever the direction, and so does what is not a number.
    private static func compare(_ view: ColumnView, _ left: Int, _ right: Int, isDescending: Bool) -> Int {
        switch (isNothing(view, left), isNothing(view, right)) {
        case (true, true): return 0
        case (true, false): return 1
        case (false, true): return -1
        case (false, false): break
        }
        let order: Int =
            switch view.leaf.type {
            case .bool: sign(view.leaf.bool(left) ? 1 : 0, view.leaf.bool(right) ? 1 : 0)
            case .int64: sign(view.leaf.int64(left), view.leaf.int64(right))
            case .float64: sign(view.leaf.float64(left), view.leaf.float64(right))
            default: compareBytes(view.leaf.bytes(left), view.leaf.bytes(right))
            }
        return isDescending ? -order : order
    }

    private static func isNothing(_ view: ColumnView, _ row: Int) -> Bool {
        view.isNull(row) || (view.leaf.type == .float64 && view.leaf.float64(row).isNaN)
    }

    private static func sign<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : left > right ? 1 : 0
    }

    private static func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        left.lexicographicallyPrecedes(right) ? -1 : right.lexicographicallyPrecedes(left) ? 1 : 0
    }
}
