import DataPlane

/// The constraints `minimum` and `maximum`.
struct RangeRule: ColumnRule {
    private let minimum: Double
    private let maximum: Double

    /// Nil where there are no such constraints.
    init?(_ constraints: ColumnConstraints) {
        if constraints.minimum == nil, constraints.maximum == nil { return nil }
        minimum = constraints.minimum ?? -.infinity
        maximum = constraints.maximum ?? .infinity
    }

    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        if column.type == .int64 {
            let values = column.int64s
            if areInRange(values.count, { Double(values[$0]) }) { return [] }
            return column.faults(onlyFirst: onlyFirst) { message(Double(values[$0])) }
        }
        let values = column.float64s
        if areInRange(values.count, { values[$0] }) { return [] }
        return column.faults(onlyFirst: onlyFirst) { message(values[$0]) }
    }

    @inline(__always)
    private func areInRange(_ count: Int, _ value: (Int) -> Double) -> Bool {
        var wrong: UInt8 = 0
        for row in 0..<count { wrong |= value(row) >= minimum && value(row) <= maximum ? 0 : 1 }
        return wrong == 0
    }

    private func message(_ value: Double) -> String? {
        if value >= minimum && value <= maximum { return nil }
        if value > maximum { return "the value is above the maximum \(JSONValue.double(maximum).compact)" }
        if value < minimum { return "the value is below the minimum \(JSONValue.double(minimum).compact)" }
        // NaN is in no range.
        return "the value is not a number"
    }
}
