import Glibc
import PluginABI

extension RecordBatch {
    /// Takes over a struct array, checks it, and copies it: it is released once, whether it is sound or not.
    ///
    /// - Parameters:
    ///   - array: filled by the producer.
    ///   - schema: the columns that were agreed on; nulls in a column that is not nullable are a fault.
    ///   - bufferLengths: the lengths in bytes of all buffers, a node's own before its children's, where they are known.
    ///     The C interface does not carry them; without them a buffer is as long as its rows need.
    /// - Throws: ``ArrowFault`` for the first rule that is broken.
    /// - Complexity: O(bytes).
    public init(
        adopting array: UnsafeMutablePointer<ArrowArray>, schema: Schema, bufferLengths: [Int]? = nil
    ) throws(ArrowFault) {
        guard array.pointee.release != nil else { throw ArrowFault(.released, path: "", "the array was not filled") }
        defer { array.release() }
        try self.init(copying: array, schema: schema, bufferLengths: bufferLengths)
    }

    /// Checks and copies a struct array that stays with its owner; see ``init(adopting:schema:bufferLengths:)``.
    public init(
        copying array: UnsafePointer<ArrowArray>, schema: Schema, bufferLengths: [Int]? = nil
    ) throws(ArrowFault) {
        var importer = ArrowImporter(bufferLengths)
        try self.init(array, schema, &importer)
    }

    /// Checks and copies a struct array that stays with its owner, and lets faults pass that are a row's own: text that
    /// is not UTF-8, and nulls where there may be none.
    ///
    /// - Parameter rowFaults: gets these, with the rows they are in; the rows are of no use.
    public init(
        copying array: UnsafePointer<ArrowArray>, schema: Schema, bufferLengths: [Int]? = nil,
        rowFaults: inout [ArrowFault]
    ) throws(ArrowFault) {
        var importer = ArrowImporter(bufferLengths)
        importer.rowFaults = []
        try self.init(array, schema, &importer)
        rowFaults += importer.rowFaults ?? []
    }

    private init(
        _ array: UnsafePointer<ArrowArray>, _ schema: Schema, _ importer: inout ArrowImporter
    ) throws(ArrowFault) {
        let whole = try importer.column(array, Field("", .structure(schema.fields)))
        self.init(schema: schema, columns: whole.children, rowCount: whole.length)
    }
}

/// Reads Arrow arrays into columns and believes nothing.
///
/// Data may lie in memory that another process can still write to, so every buffer is copied first and the copy is
/// checked. Afterwards the column has no offset, no bits behind its end, empty values where a row is null, and every
/// row of a struct's child is null where the struct is.
struct ArrowImporter {
    private var bufferLengths: ArraySlice<Int>?
    /// Where faults are kept that are a row's own; nil to throw them.
    var rowFaults: [ArrowFault]?

    init(_ bufferLengths: [Int]?) { self.bufferLengths = bufferLengths.map { $0[...] } }

    /// Rows `0..<length` of an array.
    mutating func column(_ array: UnsafePointer<ArrowArray>, _ field: Field) throws(ArrowFault) -> Column {
        let node = try ArrowNode(array, field.type, path: field.name, &bufferLengths)
        return try column(node, field, path: field.name, rows: 0..<node.length, mask: nil)
    }

    /// Some rows of an array.
    ///
    /// - Parameter mask: the validity of the struct around it, one bit a row; nil without nulls.
    private mutating func column(
        _ node: ArrowNode, _ field: Field, path: String, rows: Range<Int>, mask: Bitmap?
    ) throws(ArrowFault) -> Column {
        let count = rows.count
        let validity = try node.validity(rows, mask: mask)
        let nulls = validity?.zeroCount ?? 0
        if !field.nullable, nulls > (mask?.zeroCount ?? 0) {
            for row in 0..<count where validity?[row] == false && mask?[row] != false {
                try report(
                    ArrowFault(.notNullable, path: path, row: row, "a null in a column that has none by its schema"))
            }
        }
        let bitmap = nulls > 0 ? validity : nil
        let valid = bitmap?.buffer

        switch field.type {
        case .bool:
            let bits = try node.bits(1, rows)
            return Column(type: field.type, length: count, nullCount: nulls, validity: valid, values: bits.buffer)
        case .int64, .float64:
            let values = try node.values(1, rows, stride: 8)
            return Column(type: field.type, length: count, nullCount: nulls, validity: valid, values: values)
        case .utf8, .binary:
            var offsets = try node.offsets(rows)
            let values = try node.bytes(2, &offsets, keeping: bitmap)
            if field.type == .utf8, !offsets.isText(values) {
                for row in offsets.rowsThatAreNotText(values) {
                    try report(ArrowFault(.utf8, path: path, row: row, "the text is not UTF-8"))
                }
            }
            return Column(
                type: field.type, length: count, nullCount: nulls, validity: valid, offsets: offsets.buffer,
                values: values)
        case .list(let element):
            let offsets = try node.offsets(rows)
            let elements: Column
            let known = rowFaults?.count ?? 0
            do {
                elements = try child(0, of: node, element, path: path, rows: offsets.span, mask: nil)
            } catch {
                throw error.inRow(error.row.map { offsets.row(ofValue: $0) })
            }
            for index in known..<(rowFaults?.count ?? 0) {
                if let fault = rowFaults?[index] {
                    rowFaults?[index] = fault.inRow(fault.row.map { offsets.row(ofValue: $0) })
                }
            }
            let list = Column(
                type: field.type, length: count, nullCount: nulls, validity: valid,
                offsets: offsets.rebased().buffer, children: [elements])
            return offsets.hasValues(whereNullIn: bitmap) ? list.taking(Array(0..<count)) : list
        case .structure(let fields):
            var children: [Column] = []
            for (index, member) in fields.enumerated() {
                let start = node.offset + rows.lowerBound
                children.append(
                    try child(index, of: node, member, path: path, rows: start..<start + count, mask: bitmap))
            }
            return Column(type: field.type, length: count, nullCount: nulls, validity: valid, children: children)
        }
    }

    /// Keeps a fault that is a row's own, or throws it.
    private mutating func report(_ fault: ArrowFault) throws(ArrowFault) {
        if rowFaults == nil { throw fault }
        rowFaults?.append(fault)
    }

    private mutating func child(
        _ index: Int, of parent: ArrowNode, _ field: Field, path: String, rows: Range<Int>, mask: Bitmap?
    ) throws(ArrowFault) -> Column {
        let name = path.isEmpty ? field.name : "\(path).\(field.name)"
        guard let array = parent.children?[index] else {
            throw ArrowFault(.children, path: name, "the child is missing")
        }
        let node = try ArrowNode(array, field.type, path: name, &bufferLengths)
        guard rows.upperBound <= node.length else {
            throw ArrowFault(
                .length, path: name, "\(node.length) rows, and \(rows.upperBound) are needed by the column around it")
        }
        return try column(node, field, path: name, rows: rows, mask: mask)
    }
}
