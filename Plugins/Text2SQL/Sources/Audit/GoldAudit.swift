/// Looks for what is doubtful about a gold query.
struct GoldAudit {
    private let forwards: ReadOnlyDatabase
    private let backwards: ReadOnlyDatabase
    private let limits: Limits

    init(_ forwards: ReadOnlyDatabase, backwards: ReadOnlyDatabase, limits: Limits) {
        self.forwards = forwards
        self.backwards = backwards
        self.limits = limits
    }

    /// All findings, in the order of their codes.
    func findings(_ gold: String) -> [Finding] {
        let statement = Statement(gold)
        let execution = forwards.execute(statement, limits: limits)
        guard let rows = execution.table else {
            let code: Finding.Code =
                execution.status == .limit ? .limit : execution.status.isRefusal ? .rejected : .fails
            return [Finding(code: code, evidence: execution.error ?? execution.status.rawValue)]
        }
        let gold = GoldRows(statement: statement, rows: rows, strict: StrictResults()) {
            forwards.execute($0, limits: limits)
        }
        var findings: [Finding] = []
        if let contents = contents(rows) { findings.append(contents) }
        if let change = backwards.execute(statement, limits: limits).table.flatMap(gold.difference) {
            findings.append(Finding(code: .scanOrder, evidence: "read backwards: \(change)"))
        }
        if let cut = gold.tieCut()?.description ?? NestedTies.change(of: gold) {
            findings.append(Finding(code: .cutsTies, evidence: cut))
        }
        if let texts = TextOrder.evidence(in: gold) {
            findings.append(Finding(code: .textAsNumber, evidence: texts))
        }
        return findings
    }

    private func contents(_ rows: ResultTable) -> Finding? {
        guard rows.rowCount > 0 else { return Finding(code: .empty, evidence: "no rows") }
        var hasNumber = false
        for index in 0..<rows.cellCount {
            switch rows.cell(index) {
            case .null: continue
            case .integer(0), .real(0): hasNumber = true
            default: return nil
            }
        }
        let extent = rows.rowCount == 1 ? "the only row" : "all \(rows.rowCount) rows"
        return hasNumber
            ? Finding(code: .onlyZero, evidence: "\(extent): nothing but 0 and NULL")
            : Finding(code: .onlyNull, evidence: "\(extent): nothing but NULL")
    }
}
