/// Spider's quick rejection: each row is sorted by `str(value) + str(type(value))`, then the rows are compared.
///
/// It rejects rows that are the same in two cases only: where equal numbers have different texts (`1` and `1.0`) and
/// those sort differently among the row's other values. Then so does this.
enum PythonRows {
    static func areSameUnordered(
        _ given: ResultTable, _ gold: ResultTable, _ rows: NumberedRows, isOrdered: Bool
    ) -> Bool {
        let first = sorted(given, rows.values.given)
        let second = sorted(gold, rows.values.gold)
        return isOrdered ? first == second : Set(first) == Set(second)
    }

    private static func sorted(_ table: ResultTable, _ numbers: [UInt32]) -> [[UInt32]] {
        let count = table.columns.count
        return (0..<table.rowCount).map { row in
            (row * count..<(row + 1) * count).map { (key: key(of: table.cell($0), table), number: numbers[$0]) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map(\.number)
        }
    }

    private static func key(of cell: Cell, _ table: ResultTable) -> [UInt8] {
        switch cell {
        case .null: Array("None<class 'NoneType'>".utf8)
        case .integer(let value): Array("\(value)<class 'int'>".utf8)
        case .real(let value): Array("\(python(value))<class 'float'>".utf8)
        case .text(let range): Array(table.bytes[range]) + Array("<class 'str'>".utf8)
        case .blob(let range): representation(table.bytes[range]) + Array("<class 'bytes'>".utf8)
        }
    }

    /// As `str` of a float: Swift writes the same digits, but takes to exponents at other sizes.
    private static func python(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e16, value == value.rounded() else { return value.description }
        return "\(value.sign == .minus ? "-" : "")\(Int64(abs(value))).0"
    }

    /// As `str` of bytes: `b'…'`.
    private static func representation(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let quote = UInt8(ascii: bytes.contains(0x27) && !bytes.contains(0x22) ? "\"" : "'")
        var text = [UInt8(ascii: "b"), quote]
        for byte in bytes {
            switch byte {
            case 0x09: text += "\\t".utf8
            case 0x0A: text += "\\n".utf8
            case 0x0D: text += "\\r".utf8
            case quote, UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x20..<0x7F: text.append(byte)
            default:
                text += "\\x".utf8
                ResultTable.writeHexadecimal(byte, to: &text)
            }
        }
        return text + [quote]
    }
}
