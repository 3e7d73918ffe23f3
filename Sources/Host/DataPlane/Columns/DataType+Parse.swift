/// Types and fields as text, in the grammar that ``DataType/description`` prints.
///
/// ```
/// type    = "bool" | "int64" | "float64" | "utf8" | "binary"
///         | "list<" type ["?"] ">" | "struct<" [field {"," field}] ">"
/// field   = name ":" type ["?"]          "?" = may be null
/// name    = any characters but : , < > ?, without white space at its ends
/// ```
extension DataType {
    /// Reads a type: `list<struct<role: utf8, content: utf8?>>`.
    ///
    /// - Throws: ``Failure`` of code `type_syntax` that says what was expected at which character.
    public init(parsing text: String) throws(Failure) {
        var reader = TypeReader(text)
        self = try reader.type()
        try reader.end()
    }
}

extension Field {
    /// Reads a field: `score: float64?`.
    ///
    /// - Throws: ``Failure`` of code `type_syntax` that says what was expected at which character.
    public init(parsing text: String) throws(Failure) {
        var reader = TypeReader(text)
        self = try reader.field()
        try reader.end()
    }
}

private struct TypeReader {
    private let text: [Character]
    private var position = 0
    private var depth = 0

    init(_ text: String) { self.text = Array(text) }

    mutating func type() throws(Failure) -> DataType {
        depth += 1
        defer { depth -= 1 }
        if depth > 32 { throw failure("a type has at most 32 levels") }
        let start = position
        let name = word()
        switch name {
        case "bool": return .bool
        case "int64": return .int64
        case "float64": return .float64
        case "utf8": return .utf8
        case "binary": return .binary
        case "list":
            try expect("<")
            let element = try type()
            let nullable = take("?")
            try expect(">")
            return .list(Field("item", element, nullable: nullable))
        case "struct":
            try expect("<")
            var fields: [Field] = []
            while !take(">") {
                if !fields.isEmpty { try expect(",") }
                let next = try field()
                if fields.contains(where: { $0.name == next.name }) {
                    throw failure("two fields are called \(quoted(next.name))")
                }
                fields.append(next)
            }
            return .structure(fields)
        default:
            position = start
            skipSpace()
            let what = name.isEmpty ? "expected a type" : "unknown type \(quoted(name))"
            throw failure("\(what): write bool, int64, float64, utf8, binary, list<…> or struct<…>")
        }
    }

    mutating func field() throws(Failure) -> Field {
        let name = word()
        if name.isEmpty { throw failure("expected a field's name") }
        try expect(":")
        let type = try type()
        return Field(name, type, nullable: take("?"))
    }

    mutating func end() throws(Failure) {
        skipSpace()
        if position < text.count { throw failure("expected nothing more") }
    }

    private mutating func skipSpace() {
        while position < text.count, text[position].isWhitespace { position += 1 }
    }

    private mutating func word() -> String {
        skipSpace()
        var end = position
        while end < text.count, !":,<>?".contains(text[end]) { end += 1 }
        defer { position = end }
        var last = end
        while last > position, text[last - 1].isWhitespace { last -= 1 }
        return String(text[position..<last])
    }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == character else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Character) throws(Failure) {
        if !take(character) { throw failure("expected '\(character)'") }
    }

    private func failure(_ message: String) -> Failure {
        Failure("type_syntax", "\(quoted(String(text))) is not a type at character \(position + 1): \(message)")
    }
}
