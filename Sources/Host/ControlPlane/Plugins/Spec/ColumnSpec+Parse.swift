import DataPlane

extension ColumnSpec {
    private static let common = ["name", "type", "nullable", "doc", "tags"]
    private static let constraints = ["options", "minimum", "maximum", "min_length", "max_length", "pattern"]

    /// A column that a step reads. Constraints are for added columns: the host has nobody to blame for these.
    init(parsingRead value: JSONValue, at pointer: String) throws(Failure) {
        let column = try SpecObject(value, at: pointer, known: Self.common + ["optional"])
        try self.init(common: column)
        isOptional = try column.flag("optional")
    }

    init(parsingAdded value: JSONValue, at pointer: String) throws(Failure) {
        let column = try SpecObject(value, at: pointer, known: Self.common + Self.constraints)
        try self.init(common: column)
        // The batch that comes back has a column of this name already (map.h).
        if field.name == "parent" {
            throw column.failure("name", "'parent' is the host's own column; take another name")
        }
        constraints = try ColumnConstraints(parsing: column, type: field.type)
        for (index, tag) in tags.enumerated() {
            guard let types = tag.types(for: field.type), !types.fits else { continue }
            throw column.failure(
                "tags/\(index)", "a column tagged '\(tag.rawValue)' is \(types.words), and this one is \(field.type)")
        }
    }

    static let nameRule = "write letters, digits and _, no digit first"

    /// Whether a step can read or add a column of this name.
    static func isName(_ name: String) -> Bool {
        let isLetter = { (byte: UInt8) in (97...122).contains(byte | 0x20) || byte == 95 }
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) }
    }

    private init(common column: SpecObject) throws(Failure) {
        let name = try column.text("name")
        guard Self.isName(name) else {
            throw column.failure("name", "'\(name)' is not a column's name: \(Self.nameRule)")
        }
        self.init(Field(name, try column.type("type"), nullable: try column.flag("nullable")))
        doc = try column.text("doc", default: "")
        for (value, pointer) in try column.list("tags") {
            guard let tag = value.string.flatMap(ColumnTag.init(rawValue:)) else {
                let hint = ConfigReader.suggestion(for: value.string ?? "", among: ColumnTag.allCases.map(\.rawValue))
                throw SpecObject.failure(at: pointer, "unknown tag \(value.compact); \(hint)")
            }
            tags.append(tag)
        }
    }
}

extension ColumnConstraints {
    /// Reads the constraints of a column of a type; one that cannot hold for the type is a fault.
    init(parsing column: SpecObject, type: DataType) throws(Failure) {
        self.init()
        let isText = type == .utf8
        let isNumber = type == .int64 || type == .float64
        let hasLength =
            switch type {
            case .utf8, .binary, .list: true
            case .bool, .int64, .float64, .structure: false
            }
        let applicable = [
            ("options", isText), ("pattern", isText), ("minimum", isNumber), ("maximum", isNumber),
            ("min_length", hasLength), ("max_length", hasLength),
        ]
        for (name, applies) in applicable where !applies && column[name] != nil {
            throw column.failure(name, "a column of type \(type) cannot have this constraint")
        }
        if column["options"] != nil {
            var texts: [String] = []
            for (value, pointer) in try column.list("options") {
                guard let text = value.string else {
                    throw SpecObject.failure(at: pointer, "must be a string, not \(value.kind)")
                }
                texts.append(text)
            }
            if texts.isEmpty { throw column.failure("options", "must name at least one text") }
            options = texts
        }
        minimum = try column.number("minimum")
        maximum = try column.number("maximum")
        if let minimum, let maximum, minimum > maximum { throw column.failure("maximum", "is below 'minimum'") }
        minLength = try column.count("min_length")
        maxLength = try column.count("max_length")
        if let minLength, let maxLength, minLength > maxLength {
            throw column.failure("max_length", "is below 'min_length'")
        }
        if column["pattern"] != nil {
            let text = try column.text("pattern")
            do {
                _ = try Pattern(text)
            } catch {
                throw column.failure("pattern", "is not a POSIX extended regular expression: \(error.reason)")
            }
            pattern = text
        }
    }
}

extension MoreColumns {
    init(parsing value: JSONValue, at pointer: String) throws(Failure) {
        let columns = try SpecObject(value, at: pointer, known: ["type", "nullable", "doc"])
        self.init(try columns.type("type"))
        isNullable = try columns.flag("nullable")
        doc = try columns.text("doc", default: "")
    }
}

extension SpecObject {
    /// A column type as text (Docs/specs/graph.md).
    fileprivate func type(_ name: String) throws(Failure) -> DataType {
        do {
            return try DataType(parsing: try text(name))
        } catch  where error.code == "type_syntax" {
            throw failure(name, error.message)
        }
    }
}
