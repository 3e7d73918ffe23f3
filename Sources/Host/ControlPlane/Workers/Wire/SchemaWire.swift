import DataPlane

/// Fields as JSON, for the messages between host and worker.
///
/// Not the text of ``Field/description``: a faulty plugin's names may hold any character, and its messages shall show them.
enum SchemaWire {
    static func json(_ fields: [Field]) -> JSONValue { .array(fields.map(json)) }

    private static func json(_ field: Field) -> JSONValue {
        let children: [Field] =
            switch field.type {
            case .list(let element): [element]
            case .structure(let fields): fields
            default: []
            }
        return [
            "name": .string(field.name), "format": .string(field.type.arrowFormat), "nullable": .bool(field.nullable),
            "children": json(children),
        ]
    }

    /// - Throws: ``ArrowFault`` for anything that ``json(_:)`` does not write.
    static func fields(_ value: JSONValue?) throws(ArrowFault) -> [Field] {
        guard let elements = value?.array else { throw ArrowFault(.type, path: "", "a list of fields was expected") }
        var fields: [Field] = []
        for element in elements {
            guard let name = element["name"]?.string, let format = element["format"]?.string,
                let nullable = element["nullable"]?.bool
            else { throw ArrowFault(.type, path: "", "a field was expected") }
            let type = try DataType(arrowFormat: format, children: try self.fields(element["children"]))
            fields.append(Field(name, type, nullable: nullable))
        }
        return fields
    }
}
