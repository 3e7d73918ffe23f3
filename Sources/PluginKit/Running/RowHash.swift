/// A number that depends on the values of a row and on where it starts from, and on nothing else.
///
/// Each word is mixed in by SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Not for hash tables that strangers can fill.
struct RowHash {
    private(set) var value: UInt64

    init(seed: UInt64) { value = seed }

    private mutating func mix(_ word: UInt64) {
        var z = (value ^ word) &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        value = z ^ (z >> 31)
    }

    /// Bytes by their number, then eight at a time.
    private mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        var start = 0
        while start + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
            start += 8
        }
        let rest = bytes[start...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        if start < bytes.count { mix(rest) }
    }

    /// Mixes in a value of a column; null is another one than every value.
    mutating func mix(_ column: ColumnView, _ row: Int, _ type: ColumnType) {
        if column.isNull(row) { return mix(UInt64.max) }
        switch type {
        case .bool: mix(column.bool(row) ? 1 : 0)
        case .int64: mix(UInt64(bitPattern: column.int64(row)))
        case .float64: mix(column.float64(row).bitPattern)
        case .utf8, .binary: mix(column.bytes(row))
        case .list(let element):
            let elements = column.elements(row)
            mix(UInt64(elements.count))
            guard let child = column.elementColumn else { return }
            for index in elements { mix(child, index, element.type) }
        case .structure(let fields):
            for (index, field) in fields.enumerated() {
                if let member = column.member(index, row) { mix(member.column, member.row, field.type) }
            }
        }
    }

    /// Mixes in a column that is not bound.
    mutating func mixUnbound() { mix(UInt64.max - 1) }
}
