import DataPlane

/// The tag `score`: rows are ordered by it, so it is a number that can be.
struct ScoreRule: ColumnRule {
    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        guard column.type == .float64 else { return [] }
        let values = column.float64s
        var wrong: UInt8 = 0
        for row in 0..<values.count { wrong |= values[row].isFinite ? 0 : 1 }
        if wrong == 0 { return [] }
        return column.faults(onlyFirst: onlyFirst) { row in
            values[row].isFinite ? nil : "by its tag 'score' the number must be finite"
        }
    }
}
