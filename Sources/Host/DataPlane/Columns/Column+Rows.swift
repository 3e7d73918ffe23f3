extension Column {
    /// The rows in the given order; a row may be taken several times.
    ///
    /// - Complexity: O(bytes taken).
    public func taking(_ rows: [Int]) -> Column {
        // What lies under a null is not copied: it might be anything.
        guard nullCount == 0 else {
            return built { builder in for row in rows { builder.append(from: self, row: row) } }
        }
        switch type {
        case .int64, .float64:
            guard let values else { break }
            let taken = allocateBytes(rows.count * 8)
            for (index, row) in rows.enumerated() {
                taken.storeBytes(
                    of: values.start.load(fromByteOffset: row * 8, as: UInt64.self), toByteOffset: index * 8,
                    as: UInt64.self)
            }
            return Column(
                type: type, length: rows.count, values: Buffer(adopting: taken, count: rows.count * 8))
        case .utf8, .binary:
            guard let values else { break }
            var offsets = OffsetsBuilder(count: rows.count)
            for row in rows { offsets.append(length: range(row).count) }
            let taken = allocateBytes(offsets.end)
            var end = 0
            for row in rows {
                let range = range(row)
                (taken + end).copyMemory(from: values.start + range.lowerBound, byteCount: range.count)
                end += range.count
            }
            return Column(
                type: type, length: rows.count, offsets: offsets.finish(), values: Buffer(adopting: taken, count: end))
        case .structure:
            return Column(type: type, length: rows.count, children: children.map { $0.taking(rows) })
        case .list:
            var offsets = OffsetsBuilder(count: rows.count)
            var elements: [Int] = []
            for row in rows {
                let range = range(row)
                offsets.append(length: range.count)
                elements += range
            }
            return Column(
                type: type, length: rows.count, offsets: offsets.finish(), children: [children[0].taking(elements)])
        case .bool: break
        }
        return built { builder in for row in rows { builder.append(from: self, row: row) } }
    }

    /// The rows of all columns, those of the first first.
    ///
    /// - Precondition: at least one column, all of one type.
    /// - Complexity: O(bytes).
    public static func concatenating(_ columns: [Column]) -> Column {
        let type = columns[0].type
        let length = columns.reduce(0) { $0 + $1.length }
        func builtByRow() -> Column {
            columns[0].built { builder in
                for column in columns {
                    for row in 0..<column.length { builder.append(from: column, row: row) }
                }
            }
        }
        guard columns.allSatisfy({ $0.nullCount == 0 }) else { return builtByRow() }
        switch type {
        case .int64, .float64:
            return Column(type: type, length: length, values: .concatenating(columns.map { $0.span(width: 8) }))
        case .utf8, .binary:
            return Column(
                type: type, length: length, offsets: offsets(of: columns, length),
                values: .concatenating(columns.map(\.content)))
        case .structure:
            let children = columns[0].children.indices.map { child in concatenating(columns.map { $0.children[child] })
            }
            return Column(type: type, length: length, children: children)
        case .bool, .list: return builtByRow()
        }
    }

    private func built(_ fill: (ColumnBuilder) -> Void) -> Column {
        let builder = ColumnBuilder(type)
        fill(builder)
        return builder.finish()
    }

    private static func offsets(of columns: [Column], _ length: Int) -> Buffer {
        var offsets = OffsetsBuilder(count: length)
        for column in columns {
            for row in 0..<column.length { offsets.append(length: column.range(row).count) }
        }
        return offsets.finish()
    }

    /// The bytes of all rows of fixed width.
    private func span(width: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: values?.start, count: values == nil ? 0 : length * width)
    }

    /// The bytes of all rows of a utf8 or binary column.
    private var content: UnsafeRawBufferPointer {
        guard let values, length > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: values.bytes[range(0).lowerBound..<range(length - 1).upperBound])
    }
}

/// The offsets of a utf8, binary or list column while they are written.
private struct OffsetsBuilder {
    private let storage: UnsafeMutableRawPointer
    private var count = 0
    private(set) var end = 0

    init(count: Int) {
        storage = allocateBytes((count + 1) * 4)
        storage.storeBytes(of: 0, as: Int32.self)
    }

    mutating func append(length: Int) {
        end += length
        precondition(end <= Int(Int32.max), "a batch holds at most 2 GiB of one column")
        count += 1
        storage.storeBytes(of: Int32(end), toByteOffset: count * 4, as: Int32.self)
    }

    /// To be called once.
    func finish() -> Buffer { Buffer(adopting: storage, count: (count + 1) * 4) }
}

extension Buffer {
    fileprivate static func concatenating(_ parts: [UnsafeRawBufferPointer]) -> Buffer {
        let count = parts.reduce(0) { $0 + $1.count }
        let storage = allocateBytes(count)
        var end = 0
        for part in parts {
            if let base = part.baseAddress { (storage + end).copyMemory(from: base, byteCount: part.count) }
            end += part.count
        }
        return Buffer(adopting: storage, count: count)
    }
}
