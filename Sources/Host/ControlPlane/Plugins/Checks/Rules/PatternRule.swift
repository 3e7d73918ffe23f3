import DataPlane

/// The constraint `pattern`: costs what the expression costs, for each row.
struct PatternRule: ColumnRule {
    private let pattern: Pattern

    /// Nil where there is no such constraint.
    init?(_ constraints: ColumnConstraints) {
        // The spec's parser has compiled it once already.
        guard let pattern = constraints.pattern.flatMap({ try? Pattern($0) }) else { return nil }
        self.pattern = pattern
    }

    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        column.faults(onlyFirst: onlyFirst) { row in
            pattern.matches(column.bytes(row)) ? nil : "the text does not match the pattern '\(pattern.text)'"
        }
    }
}
