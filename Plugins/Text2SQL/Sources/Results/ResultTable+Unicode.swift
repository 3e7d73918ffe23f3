/// Texts that are no valid UTF-8, which SQLite stores without complaint.
extension ResultTable {
    /// Whether all texts are valid UTF-8. Nearly always all bytes are ASCII, which is quickly seen.
    var hasOnlyUnicode: Bool {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return true }
        return kinds.indices.allSatisfy {
            kinds[$0] != .text || String(validating: bytes[range($0)], as: UTF8.self) != nil
        }
    }

    /// The same rows with only the valid characters of each text.
    func withUnicodeOnly() -> ResultTable {
        var cleaned = ResultTable(columns: columns)
        for row in 0..<rowCount {
            for index in row * columns.count..<(row + 1) * columns.count {
                switch kinds[index] {
                case .text:
                    Self.validPart(of: bytes[range(index)]).withUnsafeBytes { cleaned.append(.text, bytes: $0) }
                case .blob:
                    bytes[range(index)].withUnsafeBytes { cleaned.append(.blob, bytes: $0) }
                default:
                    cleaned.append(kinds[index], values[index])
                }
            }
            cleaned.endRow()
        }
        return cleaned
    }

    private static func validPart(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): kept += UTF8.encode(scalar).map(Array.init) ?? []
            case .error: continue
            case .emptyInput: return kept
            }
        }
    }
}
