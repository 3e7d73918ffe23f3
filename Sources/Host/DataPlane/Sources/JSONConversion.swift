extension JSONValue {
    /// What keeps a value from being one of `field`: `column 'a.b' wants int64, found a string`; nil when it fits.
    ///
    /// Integers fit float64, infinite numbers fit nothing. A missing member is a null. Members that the type does not have are ignored.
    public static func mismatch(_ value: JSONValue?, _ field: Field) -> String? {
        mismatch(value, field.type, nullable: field.nullable, path: field.name)
    }

    private static func mismatch(_ value: JSONValue?, _ type: DataType, nullable: Bool, path: String) -> String? {
        guard let value else { return nullable ? nil : "column '\(path)' is missing" }
        switch (type, value) {
        case (_, .null): return nullable ? nil : "column '\(path)' is null"
        case (.int64, .double(let value)) where value.magnitude >= 0x1p63:
            return "column '\(path)' wants int64, found a number beyond its range"
        case (.float64, .double(let value)) where value.isInfinite:
            return "column '\(path)' wants float64, found a number beyond its range"
        case (.bool, .bool), (.int64, .int), (.float64, .int), (.float64, .double), (.utf8, .string): return nil
        case (.list(let element), .array(let elements)):
            for (index, value) in elements.enumerated() {
                let path = "\(path)[\(index)]"
                if let found = mismatch(value, element.type, nullable: element.nullable, path: path) { return found }
            }
            return nil
        case (.structure(let fields), .object):
            for field in fields {
                let path = "\(path).\(field.name)"
                if let found = mismatch(value[field.name], field.type, nullable: field.nullable, path: path) {
                    return found
                }
            }
            return nil
        default: return "column '\(path)' wants \(type), found \(value.kind)"
        }
    }

    /// Appends a value that fits the builder's type; a missing one is a null.
    public static func append(_ value: JSONValue?, to builder: ColumnBuilder) {
        switch (builder.type, value) {
        case (.bool, .bool(let value)): builder.append(value)
        case (.int64, .int(let value)): builder.append(value)
        case (.float64, .int(let value)): builder.append(Double(value))
        case (.float64, .double(let value)): builder.append(value)
        case (.utf8, .string(let text)): builder.append(text)
        case (.list, .array(let elements)):
            for element in elements { append(element, to: builder.children[0]) }
            builder.appendValid()
        case (.structure(let fields), .object(let members)):
            for (field, child) in zip(fields, builder.children) {
                append(members.first { $0.0 == field.name }?.1, to: child)
            }
            builder.appendValid()
        default: builder.appendNull()
        }
    }

    /// The value as an id: a text as it is, an integer in decimal digits; nil for anything else.
    var asID: String? {
        switch self {
        case .string(let text): text
        case .int(let value): String(value)
        default: nil
        }
    }
}
