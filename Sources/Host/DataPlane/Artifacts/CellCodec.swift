/// Values as bytes: what the spool holds and what `field_hash` hashes (Docs/specs/artifacts.md, Value bytes).
///
/// ```
/// cell      null flag (1 byte: 1 = null) | length of the value (u64) | value
/// bool      1 byte, 0 or 1
/// int64     8 bytes                            all numbers are little-endian
/// float64   8 bytes, IEEE 754; every NaN as 7ff8000000000000
/// utf8      its bytes                          binary alike
/// list      number of elements (u64) | a cell for each
/// struct    a cell for each member
/// ```
///
/// A null has no value and the length 0.
enum CellCodec {
    static let headerBytes = 9

    /// Appends row `row` of a column as a cell.
    static func append(_ column: Column, _ row: Int, to output: inout ByteBuilder) {
        let isNull = column.isNull(row)
        output.append(value: UInt8(isNull ? 1 : 0))
        let lengthAt = output.count
        output.append(value: UInt64(0))
        if isNull { return }
        switch column.type {
        case .bool: output.append(value: UInt8(column.bool(row) ? 1 : 0))
        case .int64: output.append(value: column.int64(row).littleEndian)
        case .float64:
            let value = column.float64(row)
            output.append(value: (value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern).littleEndian)
        case .utf8, .binary: output.append(column.bytes(row))
        case .list:
            let elements = column.range(row)
            output.append(value: UInt64(elements.count).littleEndian)
            for element in elements { append(column.children[0], element, to: &output) }
        case .structure:
            for child in column.children { append(child, row, to: &output) }
        }
        let length = UInt64(output.count - lengthAt - 8)
        (output.storage + lengthAt).storeBytes(of: length.littleEndian, as: UInt64.self)
    }

    /// A cell taken apart; its value is a view.
    struct Cell {
        var isNull: Bool
        var value: UnsafeRawBufferPointer
    }

    /// Takes the next cell off the front of `input`; the bytes come from ``append(_:_:to:)``.
    static func next(_ input: inout UnsafeRawBufferPointer) -> Cell {
        let isNull = input[0] == 1
        let length = Int(UInt64(littleEndian: input.loadUnaligned(fromByteOffset: 1, as: UInt64.self)))
        let value = UnsafeRawBufferPointer(rebasing: input[headerBytes..<headerBytes + length])
        input = UnsafeRawBufferPointer(rebasing: input[(headerBytes + length)...])
        return Cell(isNull: isNull, value: value)
    }

    /// Appends a cell to a builder of the column's type.
    static func append(_ cell: Cell, to builder: ColumnBuilder) {
        if cell.isNull { return builder.appendNull() }
        var value = cell.value
        switch builder.type {
        case .bool: builder.append(value[0] == 1)
        case .int64: builder.append(Int64(littleEndian: value.loadUnaligned(as: Int64.self)))
        case .float64:
            builder.append(Double(bitPattern: UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))))
        case .utf8, .binary: builder.append(bytes: value)
        case .list:
            value = UnsafeRawBufferPointer(rebasing: value[8...])
            while !value.isEmpty { append(next(&value), to: builder.children[0]) }
            builder.appendValid()
        case .structure:
            for child in builder.children { append(next(&value), to: child) }
            builder.appendValid()
        }
    }
}
