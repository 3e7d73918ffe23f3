/// How the rows of a test become columns and back.
extension Value {
    /// Appends the value to a column, or says why it cannot.
    func append(to column: ColumnBuilder) throws(StepError) {
        switch (column.type, self) {
        case (_, .null):
            guard column.isNullable else { throw wrong("a value that is not null") }
            column.appendNull()
        case (.bool, .bool(let value)): column.append(value)
        case (.int64, .integer(let value)): column.append(value)
        case (.float64, .number(let value)): column.append(value)
        case (.float64, .integer(let value)): column.append(Double(value))
        case (.utf8, .text(let value)): column.append(value)
        case (.binary, .bytes(let value)): value.append(to: column)
        case (.list, .list(let elements)):
            for element in elements { try element.append(to: column.elements) }
            column.endList()
        case (.structure(let fields), .object(let members)):
            if let unknown = members.keys.filter({ name in !fields.contains { $0.name == name } }).min() {
                throw StepError(.invalidInput, "The test's row has a member `\(unknown)` that \(column.type) has not.")
            }
            for (index, field) in fields.enumerated() {
                try (members[field.name] ?? .null).append(to: column.member(index))
            }
            column.endStructure()
        default: throw wrong("a value of type \(column.type)")
        }
    }

    private func wrong(_ wanted: String) -> StepError {
        StepError(.invalidInput, "The test's row has \(kind) where the column takes \(wanted).")
    }

    /// Reads the value of a column.
    init(_ column: ColumnView, _ row: Int, _ field: ColumnType.Field) {
        if column.isNull(row) {
            self = .null
            return
        }
        switch field.type {
        case .bool: self = .bool(column.bool(row))
        case .int64: self = .integer(column.int64(row))
        case .float64: self = .number(column.float64(row))
        case .utf8: self = .text(String.read(column, row))
        case .binary: self = .bytes([UInt8](column.bytes(row)))
        case .list(let element):
            let item = ColumnType.Field(name: "item", type: element.type, isNullable: element.isNullable)
            self = .list(
                column.elementColumn.map { items in column.elements(row).map { Value(items, $0, item) } } ?? [])
        case .structure(let fields):
            var members: [String: Value] = [:]
            for (index, field) in fields.enumerated() {
                members[field.name] = column.member(index, row).map { Value($0.column, $0.row, field) }
            }
            self = .object(members)
        }
    }
}
