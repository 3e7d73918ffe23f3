import DataPlane

/// The constraints `min_length` and `max_length`: bytes of text, elements of lists.
struct LengthRule: ColumnRule {
    private let minimum: Int
    private let maximum: Int

    /// Nil where there are no such constraints.
    init?(_ constraints: ColumnConstraints) {
        if constraints.minLength == nil, constraints.maxLength == nil { return nil }
        minimum = constraints.minLength ?? 0
        maximum = constraints.maxLength ?? .max
    }

    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        let positions = column.positions
        let minimum = Int32(clamping: minimum)
        let maximum = Int32(clamping: maximum)
        var wrong: UInt8 = 0
        for row in 0..<column.length {
            let length = positions[row + 1] &- positions[row]
            wrong |= length >= minimum && length <= maximum ? 0 : 1
        }
        if wrong == 0 { return [] }
        let unit = if case .list = column.type { "elements" } else { "bytes" }
        return column.faults(onlyFirst: onlyFirst) { row in
            let length = column.range(row).count
            if length >= self.minimum && length <= self.maximum { return nil }
            let limit = length < self.minimum ? "at least \(self.minimum)" : "at most \(self.maximum)"
            return "it has \(length) \(unit), the spec says \(limit)"
        }
    }
}
