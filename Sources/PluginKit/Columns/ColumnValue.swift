/// A Swift type that stands for the values of a column.
///
/// `String` (utf8), `Int64`, `Double` (float64), `Bool`, `[UInt8]` (binary), `[T]` (list), `ChatMessage`, and an
/// `Optional` of each, which makes the column nullable. PluginKit provides all of them; there is no need to add one.
public protocol ColumnValue {
    static var columnType: ColumnType { get }
    static var isNullable: Bool { get }
    static func read(_ column: ColumnView, _ row: Int) -> Self
    func append(to column: ColumnBuilder)
}

extension ColumnValue {
    public static var isNullable: Bool { false }
}

/// What may stand in an array that is a column's value. An array of `UInt8` is binary, all others are lists.
public protocol ColumnElement {
    static var arrayType: ColumnType { get }
    static func readArray(_ column: ColumnView, _ row: Int) -> [Self]
    static func append(_ array: [Self], to column: ColumnBuilder)
}

extension ColumnElement where Self: ColumnValue {
    public static var arrayType: ColumnType {
        .list(ColumnType.Element(type: columnType, isNullable: isNullable))
    }

    @inlinable
    public static func readArray(_ column: ColumnView, _ row: Int) -> [Self] {
        guard let elements = column.elementColumn else { return [] }
        return column.elements(row).map { read(elements, $0) }
    }

    @inlinable
    public static func append(_ array: [Self], to column: ColumnBuilder) {
        let elements = column.elements
        for element in array { element.append(to: elements) }
        column.endList()
    }
}

extension UInt8: ColumnElement {
    public static var arrayType: ColumnType { .binary }

    @inlinable
    public static func readArray(_ column: ColumnView, _ row: Int) -> [UInt8] {
        [UInt8](column.bytes(row))
    }

    @inlinable
    public static func append(_ array: [UInt8], to column: ColumnBuilder) {
        array.withUnsafeBytes { column.append($0) }
    }
}

extension String: ColumnValue, ColumnElement {
    public static var columnType: ColumnType { .utf8 }

    @inlinable
    public static func read(_ column: ColumnView, _ row: Int) -> String {
        String(decoding: column.bytes(row), as: UTF8.self)
    }

    @inlinable
    public func append(to column: ColumnBuilder) { column.append(self) }
}

extension Int64: ColumnValue, ColumnElement {
    public static var columnType: ColumnType { .int64 }

    @inlinable
    public static func read(_ column: ColumnView, _ row: Int) -> Int64 { column.int64(row) }

    @inlinable
    public func append(to column: ColumnBuilder) { column.append(self) }
}

extension Double: ColumnValue, ColumnElement {
    public static var columnType: ColumnType { .float64 }

    @inlinable
    public static func read(_ column: ColumnView, _ row: Int) -> Double { column.float64(row) }

    @inlinable
    public func append(to column: ColumnBuilder) { column.append(self) }
}

extension Bool: ColumnValue, ColumnElement {
    public static var columnType: ColumnType { .bool }

    @inlinable
    public static func read(_ column: ColumnView, _ row: Int) -> Bool { column.bool(row) }

    @inlinable
    public func append(to column: ColumnBuilder) { column.append(self) }
}

extension Array: ColumnValue, ColumnElement where Element: ColumnElement {
    public static var columnType: ColumnType { Element.arrayType }

    @inlinable
    public static func read(_ column: ColumnView, _ row: Int) -> [Element] { Element.readArray(column, row) }

    @inlinable
    public func append(to column: ColumnBuilder) { Element.append(self, to: column) }
}

extension Optional: ColumnValue, ColumnElement where Wrapped: ColumnValue {
    public static var columnType: ColumnType { Wrapped.columnType }
    public static var isNullable: Bool { true }

    @inlinable
    public static func read(_ column: ColumnView, _ row: Int) -> Wrapped? {
        column.isNull(row) ? nil : Wrapped.read(column, row)
    }

    @inlinable
    public func append(to column: ColumnBuilder) {
        switch self {
        case .some(let value): value.append(to: column)
        case .none: column.appendNull()
        }
    }
}
