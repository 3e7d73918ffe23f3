/// The rows of a statement, as SQLite gave them.
///
/// ### Layout
/// All cells lie in one array, row after row, and all texts and blobs in one array of bytes:
/// ```
/// cells  [ 1, 0..<3, null,   2, 3..<8, 4.5 ]        2 rows of 3 columns
/// bytes  [ A n n P e t e r ]
/// ```
struct ResultTable: Equatable {
    let columns: [String]
    var cells: [Cell] = []
    var bytes: [UInt8] = []
    /// Counted rather than divided: a table may have no columns only while it is empty.
    var rowCount = 0

    init(columns: [String]) {
        self.columns = columns
    }

    /// The cells of one row.
    func row(_ index: Int) -> ArraySlice<Cell> {
        cells[index * columns.count..<(index + 1) * columns.count]
    }

    /// Bytes this table takes, about.
    var cost: Int { 64 + cells.count * MemoryLayout<Cell>.stride + bytes.count }
}
