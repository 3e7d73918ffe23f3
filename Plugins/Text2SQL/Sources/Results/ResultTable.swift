import Glibc

/// The rows of a statement, as SQLite gave them.
///
/// ### Layout
/// Kinds and values of all cells lie in two arrays, row after row, and all texts and blobs in one array of bytes:
/// ```
/// kinds   i t n   i t r             2 rows of 3 columns
/// values  1 0+3 0 2 3+5 4.5         integers and reals by their bits, texts and blobs by offset and length
/// bytes   A n n P e t e r
/// ```
/// So two results that are the same to the byte are told by three comparisons of memory.
struct ResultTable: Equatable {
    let columns: [String]
    private(set) var kinds: [Cell.Kind] = []
    private(set) var values: [UInt64] = []
    private(set) var bytes: [UInt8] = []
    /// Counted rather than divided: a table may have no columns only while it is empty.
    private(set) var rowCount = 0

    init(columns: [String]) {
        self.columns = columns
    }

    var cellCount: Int { kinds.count }

    /// Bytes this table takes, about.
    var cost: Int { 64 + cellCount * 9 + bytes.count }

    /// All cells, row after row.
    var cells: [Cell] { kinds.indices.map(cell) }

    /// The cell at `index`, counted row after row.
    func cell(_ index: Int) -> Cell {
        switch kinds[index] {
        case .null: .null
        case .integer: .integer(Int64(bitPattern: values[index]))
        case .real: .real(Double(bitPattern: values[index]))
        case .text: .text(range(index))
        case .blob: .blob(range(index))
        }
    }

    /// The cells of one row.
    func row(_ index: Int) -> [Cell] {
        (index * columns.count..<(index + 1) * columns.count).map(cell)
    }

    /// Where the text or blob at `index` lies in `bytes`.
    func range(_ index: Int) -> Range<Int> {
        let start = Int(values[index] >> 32)
        return start..<start + Int(values[index] & 0xFFFF_FFFF)
    }

    var hasReals: Bool { kinds.contains(.real) }

    /// Whether the other table has the same number of columns and the same values, types and order to the byte.
    func isIdentical(to other: ResultTable) -> Bool {
        columns.count == other.columns.count && rowCount == other.rowCount && bytes.count == other.bytes.count
            && Self.areEqual(kinds, other.kinds) && Self.areEqual(values, other.values)
            && Self.areEqual(bytes, other.bytes)
    }

    private static func areEqual<T>(_ first: [T], _ second: [T]) -> Bool {
        first.withUnsafeBytes { left in
            second.withUnsafeBytes { right in
                guard left.count == right.count else { return false }
                guard let one = left.baseAddress, let other = right.baseAddress else { return true }
                return memcmp(one, other, left.count) == 0
            }
        }
    }

    /// The same rows with their first columns only.
    func prefix(columns count: Int) -> ResultTable {
        var cut = ResultTable(columns: Array(columns.prefix(count)))
        for index in 0..<cellCount where index % columns.count < count {
            cut.kinds.append(kinds[index])
            cut.values.append(values[index])
        }
        cut.bytes = bytes
        cut.rowCount = rowCount
        return cut
    }

    // MARK: Filling

    mutating func append(_ kind: Cell.Kind, _ value: UInt64) {
        kinds.append(kind)
        values.append(value)
    }

    mutating func append(_ kind: Cell.Kind, bytes added: UnsafeRawBufferPointer) {
        append(kind, UInt64(bytes.count) << 32 | UInt64(added.count))
        bytes.append(contentsOf: added)
    }

    mutating func endRow() {
        rowCount += 1
    }
}
