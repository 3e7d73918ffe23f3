import DataPlane

/// The tag `json`: one JSON value, by the parser that the host reads JSON with. Costs what parsing costs, for each row.
struct JSONRule: ColumnRule {
    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        let parser = JSONParser()
        return column.faults(onlyFirst: onlyFirst) { row in
            (try? parser.parse(column.bytes(row))) == nil ? "by its tag 'json' the text must be one JSON value" : nil
        }
    }
}
