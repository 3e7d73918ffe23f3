import DataPlane
import Glibc

/// A text that is one of some: the constraint `options`, and the tag `verdict`.
struct WordRule: ColumnRule {
    private let words: [[UInt8]]
    private let message: String

    init(_ words: [String], message: String) {
        self.words = words.map { Array($0.utf8) }
        self.message = message
    }

    /// Nil where there is no such constraint.
    init?(_ constraints: ColumnConstraints) {
        guard let options = constraints.options else { return nil }
        self.init(options, message: "the text is not among the options of the spec")
    }

    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        let positions = column.positions
        guard let values = column.values else { return [] }
        return column.faults(onlyFirst: onlyFirst) { row in
            let start = Int(positions[row])
            return isWord(values.start + start, count: Int(positions[row + 1]) - start) ? nil : message
        }
    }

    /// Whether bytes are one of the words.
    func isWord(_ start: UnsafeRawPointer, count: Int) -> Bool {
        words.contains { $0.count == count && memcmp($0, start, count) == 0 }
    }
}
