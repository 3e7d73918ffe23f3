/// Builds a ``Column`` row by row.
///
/// ```swift
/// let builder = ColumnBuilder(.utf8)
/// builder.append("SELECT 1")
/// builder.appendNull()
/// let column = builder.finish()   // 2 rows, 1 null
/// ```
///
/// A struct row is made by appending to each of `children` and then calling ``appendValid()``; a list row by appending
/// its elements to `children[0]` and then calling ``appendValid()``.
public final class ColumnBuilder {
    public let type: DataType
    public let children: [ColumnBuilder]
    public private(set) var length = 0
    private var validity = BitBuilder()
    private var bits = BitBuilder()
    private var offsets = ByteBuilder()
    private var values = ByteBuilder()

    public init(_ type: DataType) {
        self.type = type
        switch type {
        case .list(let element): children = [ColumnBuilder(element.type)]
        case .structure(let fields): children = fields.map { ColumnBuilder($0.type) }
        default: children = []
        }
        if hasOffsets { offsets.append(value: Int32(0)) }
    }

    private var hasOffsets: Bool {
        switch type {
        case .utf8, .binary, .list: true
        case .bool, .int64, .float64, .structure: false
        }
    }

    public func append(_ value: Bool) {
        bits.append(value)
        appendValid()
    }

    public func append(_ value: Int64) {
        values.append(value: value)
        appendValid()
    }

    public func append(_ value: Double) {
        values.append(value: value)
        appendValid()
    }

    public func append(_ text: String) {
        var text = text
        text.withUTF8 { values.append(UnsafeRawBufferPointer($0)) }
        appendValid()
    }

    /// Appends the bytes of a utf8 row (the caller vouches for UTF-8) or of a binary row.
    public func append(bytes: UnsafeRawBufferPointer) {
        values.append(bytes)
        appendValid()
    }

    /// Closes a row whose value bytes or children have been appended.
    public func appendValid() {
        closeRow(valid: true)
    }

    public func appendNull() {
        switch type {
        case .bool: bits.append(false)
        case .int64, .float64: values.append(value: Int64(0))
        case .structure: for child in children { child.appendNull() }
        case .utf8, .binary, .list: break
        }
        closeRow(valid: false)
    }

    private func closeRow(valid: Bool) {
        validity.append(valid)
        length += 1
        if hasOffsets {
            let end = if case .list = type { children[0].length } else { values.count }
            precondition(end <= Int(Int32.max), "a batch holds at most 2 GiB of one column")
            offsets.append(value: Int32(end))
        }
    }

    /// Appends row `row` of a column of the same type.
    public func append(from column: Column, row: Int) {
        if column.isNull(row) { return appendNull() }
        switch type {
        case .bool: append(column.bool(row))
        case .int64: append(column.int64(row))
        case .float64: append(column.float64(row))
        case .utf8, .binary: append(bytes: column.bytes(row))
        case .list:
            for element in column.range(row) { children[0].append(from: column.children[0], row: element) }
            appendValid()
        case .structure:
            for (child, source) in zip(children, column.children) { child.append(from: source, row: row) }
            appendValid()
        }
    }

    /// The column so far; the builder is empty again afterwards.
    public func finish() -> Column {
        let nullCount = validity.zeroCount
        let column: Column
        switch type {
        case .bool:
            column = Column(
                type: type, length: length, nullCount: nullCount, validity: take(&validity), values: take(&bits))
        case .int64, .float64:
            column = Column(
                type: type, length: length, nullCount: nullCount, validity: take(&validity), values: take(&values))
        case .utf8, .binary:
            column = Column(
                type: type, length: length, nullCount: nullCount, validity: take(&validity), offsets: take(&offsets),
                values: take(&values))
        case .list:
            column = Column(
                type: type, length: length, nullCount: nullCount, validity: take(&validity), offsets: take(&offsets),
                children: children.map { $0.finish() })
        case .structure:
            column = Column(
                type: type, length: length, nullCount: nullCount, validity: take(&validity),
                children: children.map { $0.finish() })
        }
        length = 0
        if hasOffsets { offsets.append(value: Int32(0)) }
        return column
    }

    private func take(_ builder: inout ByteBuilder) -> Buffer {
        let full = builder
        builder = ByteBuilder()
        return full.finish()
    }

    private func take(_ builder: inout BitBuilder) -> Buffer {
        let full = builder
        builder = BitBuilder()
        return full.finish()
    }
}
