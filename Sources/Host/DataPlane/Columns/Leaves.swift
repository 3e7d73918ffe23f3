import CXXHash

/// The columns of a schema with structs taken apart: the member `text` of the column `teacher` is `teacher.text`.
///
/// A list is a leaf, whatever its elements. A member of a struct that is null is null.
public struct Leaves: Sendable {
    public struct Leaf: Hashable, Sendable {
        /// Names joined with dots.
        public let path: String
        public let type: DataType
    }

    /// In the order of the schema.
    public let all: [Leaf]

    public init(_ schema: Schema) { all = schema.fields.flatMap { Self.leaves($0, under: "") } }

    private static func leaves(_ field: Field, under parent: String) -> [Leaf] {
        let path = parent.isEmpty ? field.name : "\(parent).\(field.name)"
        guard case .structure(let members) = field.type else { return [Leaf(path: path, type: field.type)] }
        return members.flatMap { leaves($0, under: path) }
    }

    /// Calls `body` with each leaf of a row, in order; without a column where it or a struct around it is null.
    public func forEach(of batch: RecordBatch, _ row: Int, _ body: (Leaf, Column?) -> Void) {
        var position = 0
        func visit(_ type: DataType, _ column: Column?) {
            let column = column.flatMap { $0.isNull(row) ? nil : $0 }
            guard case .structure(let members) = type else {
                body(all[position], column)
                position += 1
                return
            }
            for (index, member) in members.enumerated() { visit(member.type, column?.children[index]) }
        }
        for (field, column) in zip(batch.schema.fields, batch.columns) { visit(field.type, column) }
    }

    /// A hash of each leaf of a row: equal values have equal ones, in this version of the library.
    public func hashes(of batch: RecordBatch, _ row: Int) -> [UInt64] {
        var hashes: [UInt64] = []
        hashes.reserveCapacity(all.count)
        var cell = ByteBuilder()
        forEach(of: batch, row) { _, column in
            cell.truncate(to: 0)
            if let column { CellCodec.append(column, row, to: &cell) }
            hashes.append(XXH3_64bits(cell.storage, cell.count))
        }
        return hashes
    }
}
