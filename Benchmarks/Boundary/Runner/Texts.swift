import DataPlane

/// The rows that are sent: `columns` texts t0, t1, … of 44 bytes, all different, plain ASCII as most questions are.
enum Texts {
    static let byteCount = 44

    static func fields(_ columns: Int) -> [Field] { (0..<columns).map { Field("t\($0)", .utf8) } }

    static func batch(rows: Int, columns: Int) -> RecordBatch {
        let built = (0..<columns).map { column in
            let builder = ColumnBuilder(.utf8)
            for row in 0..<rows { builder.append(text(row, column)) }
            return builder.finish()
        }
        return RecordBatch(schema: Schema(fields(columns)), columns: built, rowCount: rows)
    }

    private static func text(_ row: Int, _ column: Int) -> String {
        let text = "How many singers of group \(row) are from \(column)?"
        return text + String(repeating: "x", count: byteCount - text.utf8.count)
    }
}
