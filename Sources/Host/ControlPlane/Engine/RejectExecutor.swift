import DataPlane

/// Ends the rows for which a test holds.
final class RejectExecutor: NodeExecutor {
    private let context: NodeContext
    private let plan: RejectPlan

    init(_ context: NodeContext, _ plan: RejectPlan) {
        self.context = context
        self.plan = plan
    }

    func start(_ batch: EngineBatch) {
        let start = monotonicNanoseconds()
        defer { context.worked(monotonicNanoseconds() - start) }
        let test = RowTest(plan.when, in: batch.rows)
        let evidence = plan.evidence.map { ($0.description, ColumnView($0, in: batch.rows)) }
        var kept: [Int] = []
        var drops: [Drop] = []
        for row in 0..<batch.rows.rowCount {
            guard test.holds(row) else {
                kept.append(row)
                continue
            }
            let members = evidence.map { ($0.0, $0.1.json(row)) }
            drops.append(
                Drop(
                    row: row, outcome: .rejected, code: plan.code,
                    evidence: members.isEmpty ? nil : JSONValue.object(members).compact))
        }
        context.finish(batch, batch.with(batch.rows.taking(kept)), drops)
    }
}
