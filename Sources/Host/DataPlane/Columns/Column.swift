/// An immutable column of values, in Arrow's layout and without an offset.
///
/// ```
/// bool      validity?  values: bits
/// int64     validity?  values: 8 bytes each        (float64 alike)
/// utf8      validity?  offsets: int32 × (n + 1)    values: the bytes   (binary alike)
/// list      validity?  offsets: int32 × (n + 1)    children: [elements]
/// struct    validity?                              children: one a field
/// ```
public final class Column: Sendable {
    public let type: DataType
    public let length: Int
    public let nullCount: Int
    /// One bit a row, 1 = there is a value; absent when there is no null.
    public let validity: Buffer?
    public let offsets: Buffer?
    public let values: Buffer?
    public let children: [Column]

    public init(
        type: DataType, length: Int, nullCount: Int = 0, validity: Buffer? = nil, offsets: Buffer? = nil,
        values: Buffer? = nil, children: [Column] = []
    ) {
        self.type = type
        self.length = length
        self.nullCount = nullCount
        self.validity = nullCount == 0 ? nil : validity
        self.offsets = offsets
        self.values = values
        self.children = children
    }

    public func isNull(_ row: Int) -> Bool {
        guard let validity else { return false }
        return !validity.bit(row)
    }

    /// The value of a bool column; meaningless where the row is null.
    public func bool(_ row: Int) -> Bool { values?.bit(row) ?? false }

    /// The value of an int64 column; meaningless where the row is null.
    public func int64(_ row: Int) -> Int64 { values?.start.load(fromByteOffset: row * 8, as: Int64.self) ?? 0 }

    /// The value of a float64 column; meaningless where the row is null.
    public func float64(_ row: Int) -> Double { values?.start.load(fromByteOffset: row * 8, as: Double.self) ?? 0 }

    /// Where the bytes or elements of a row lie, for utf8, binary and list columns.
    public func range(_ row: Int) -> Range<Int> {
        guard let offsets else { return 0..<0 }
        let start = offsets.start.load(fromByteOffset: row * 4, as: Int32.self)
        let end = offsets.start.load(fromByteOffset: row * 4 + 4, as: Int32.self)
        return Int(start)..<Int(end)
    }

    /// The bytes of a utf8 or binary row, valid while the column lives; empty where the row is null.
    public func bytes(_ row: Int) -> UnsafeRawBufferPointer {
        guard let values else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: values.bytes[range(row)])
    }

    /// A utf8 row as a string: a copy.
    public func string(_ row: Int) -> String { String(decoding: bytes(row), as: UTF8.self) }

    /// A utf8 row as a string, or nil where it is null.
    public func optionalString(_ row: Int) -> String? { isNull(row) ? nil : string(row) }

    /// The child of a struct column by field name.
    public func child(_ name: String) -> Column? {
        guard case .structure(let fields) = type, let index = fields.firstIndex(where: { $0.name == name }) else {
            return nil
        }
        return children[index]
    }
}

extension Column {
    /// A row as JSON, for evidence, tests and messages; not for the hot path.
    ///
    /// Binary values become `{"base16": "…"}`, and numbers that JSON cannot write become their name as text.
    public func json(_ row: Int) -> JSONValue {
        if isNull(row) { return .null }
        switch type {
        case .bool: return .bool(bool(row))
        case .int64: return .int(int64(row))
        case .float64:
            let value = float64(row)
            return value.isFinite ? .double(value) : .string("\(value)")
        case .utf8: return .string(string(row))
        case .binary: return .object([("base16", .string(hexadecimal(bytes(row))))])
        case .list: return .array(range(row).map { children[0].json($0) })
        case .structure(let fields):
            return .object(zip(fields, children).map { ($0.name, $1.json(row)) })
        }
    }

    /// A column of `length` nulls.
    public static func nulls(_ type: DataType, length: Int) -> Column {
        let builder = ColumnBuilder(type)
        for _ in 0..<length { builder.appendNull() }
        return builder.finish()
    }

    /// A column that holds one text `length` times.
    public static func constant(_ text: String, length: Int) -> Column {
        let builder = ColumnBuilder(.utf8)
        for _ in 0..<length { builder.append(text) }
        return builder.finish()
    }
}
