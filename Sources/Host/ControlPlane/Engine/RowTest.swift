import DataPlane

/// The tests of a `when` over the rows of one batch.
struct RowTest {
    private let tests: [(view: ColumnView, test: ColumnTest.Operator)]

    init(_ tests: [ColumnTest], in rows: RecordBatch) {
        self.tests = tests.map { (ColumnView($0.path, in: rows), $0.test) }
    }

    /// Whether all tests hold for the row.
    func holds(_ row: Int) -> Bool {
        tests.allSatisfy { Self.holds($0.test, $0.view, row) }
    }

    private static func holds(_ test: ColumnTest.Operator, _ view: ColumnView, _ row: Int) -> Bool {
        let isNull = view.isNull(row)
        return switch test {
        case .present: !isNull
        case .absent: isNull
        case .equals(let value): !isNull && equals(view.leaf, row, value)
        case .not(let value): isNull || !equals(view.leaf, row, value)
        case .isIn(let values): !isNull && values.contains { equals(view.leaf, row, $0) }
        case .above(let bound): !isNull && compares(view.leaf, row, bound, by: >, exactly: >)
        case .below(let bound): !isNull && compares(view.leaf, row, bound, by: <, exactly: <)
        }
    }

    private static func equals(_ column: Column, _ row: Int, _ value: Scalar) -> Bool {
        switch value {
        case .bool(let value): return column.bool(row) == value
        case .int64(let value): return column.int64(row) == value
        case .float64(let value): return column.float64(row) == value
        case .utf8(let value):
            var value = value
            return value.withUTF8 { $0.elementsEqual(column.bytes(row)) }
        }
    }

    /// Integers are compared as integers where the bound is one: a Double has no room for all of them.
    private static func compares(
        _ column: Column, _ row: Int, _ bound: Double, by compare: (Double, Double) -> Bool,
        exactly compareIntegers: (Int64, Int64) -> Bool
    ) -> Bool {
        guard column.type == .int64 else { return compare(column.float64(row), bound) }
        if let bound = Int64(exactly: bound) { return compareIntegers(column.int64(row), bound) }
        return compare(Double(column.int64(row)), bound)
    }
}
