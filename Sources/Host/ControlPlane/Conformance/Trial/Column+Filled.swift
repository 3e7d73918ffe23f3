import DataPlane

extension Column {
    /// The same rows, with something in the buffers where they are null: no reader may mind.
    ///
    /// Elements and members are left to their own columns.
    var filledWhereNull: Column {
        guard let validity, let values else { return self }
        switch type {
        case .utf8, .binary: return filledText(validity)
        case .int64, .float64:
            let words = (0..<length).map { row in
                isNull(row) ? 0x5A5A_5A5A_5A5A_5A5A : values.elements(of: UInt64.self)[row]
            }
            return with(validity, values: words.withUnsafeBytes { Self.buffer($0) })
        case .bool:
            var bits = Array(values.bytes)
            for row in 0..<length where isNull(row) { bits[row / 8] |= 1 << UInt8(row % 8) }
            return with(validity, values: bits.withUnsafeBytes { Self.buffer($0) })
        case .list, .structure: return self
        }
    }

    private func filledText(_ validity: Buffer) -> Column {
        var ends: [Int32] = [0]
        var text: [UInt8] = []
        for row in 0..<length {
            text += isNull(row) ? Array("nothing".utf8) : Array(bytes(row))
            ends.append(Int32(text.count))
        }
        let offsets = ends.withUnsafeBytes { Self.buffer($0) }
        return with(validity, offsets: offsets, values: text.withUnsafeBytes { Self.buffer($0) })
    }

    private func with(_ validity: Buffer, offsets: Buffer? = nil, values: Buffer) -> Column {
        Column(
            type: type, length: length, nullCount: nullCount, validity: validity, offsets: offsets, values: values,
            children: children)
    }

    private static func buffer(_ bytes: UnsafeRawBufferPointer) -> Buffer {
        withUnsafePointer(to: 0 as UInt8) { nothing in
            Buffer(copying: bytes.baseAddress ?? UnsafeRawPointer(nothing), count: bytes.count)
        }
    }
}
