import DataPlane

/// Something that all values of a column have to keep. Nulls keep it always.
///
/// A rule first asks of all rows at once whether any breaks it, which costs about a nanosecond a row, and looks for which
/// only then.
protocol ColumnRule: Sendable {
    /// What is wrong with rows, in their order. The values themselves stay out of the messages.
    ///
    /// - Parameter onlyFirst: look no further than the first one.
    func faults(in column: Column, onlyFirst: Bool) -> [RowFault]
}

struct RowFault {
    var row: Int
    /// One clause.
    var message: String
}

extension Column {
    /// The faults of rows that are not null, one at a time.
    func faults(onlyFirst: Bool, _ message: (_ row: Int) -> String?) -> [RowFault] {
        var faults: [RowFault] = []
        for row in 0..<length where !isNull(row) {
            guard let message = message(row) else { continue }
            faults.append(RowFault(row: row, message: message))
            if onlyFirst { break }
        }
        return faults
    }

    /// The values of an int64 column.
    var int64s: UnsafeBufferPointer<Int64> {
        values?.elements(of: Int64.self) ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    /// The values of a float64 column.
    var float64s: UnsafeBufferPointer<Double> {
        values?.elements(of: Double.self) ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    /// The positions of a column of variable length.
    var positions: UnsafeBufferPointer<Int32> {
        offsets?.elements(of: Int32.self) ?? UnsafeBufferPointer(start: nil, count: 0)
    }
}
