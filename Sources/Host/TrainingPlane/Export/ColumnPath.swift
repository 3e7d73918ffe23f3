import DataPlane

/// A column, or a member of a struct column, by its name as in a graph: `input_id`, `teacher.text`.
struct ColumnPath {
    let name: String
    let type: DataType
    private let parts: [String]

    /// - Throws: ``Failure`` of code `column` when there is none of that name; the nearest is named.
    init(_ name: String, in schema: Schema, of file: String) throws(Failure) {
        self.name = name
        let known = Self.names(schema.fields, prefix: "")
        guard let found = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name)
            throw Failure(
                "column",
                "there is no column \(quoted(name)) in '\(file)'; \(ConfigReader.suggestion(for: name, among: names))")
        }
        type = found.type
        parts = name.split(separator: ".").map(String.init)
    }

    private static func names(_ fields: [Field], prefix: String) -> [(name: String, type: DataType)] {
        fields.flatMap { field -> [(name: String, type: DataType)] in
            let name = prefix + field.name
            guard case .structure(let members) = field.type else { return [(name, field.type)] }
            return [(name, field.type)] + names(members, prefix: name + ".")
        }
    }

    /// The column in a batch of that schema, and which rows have no value.
    func resolve(_ batch: RecordBatch) -> Resolved {
        guard var column = batch.column(parts[0]) else { preconditionFailure("no column '\(name)'") }
        var chain = [column]
        for part in parts.dropFirst() {
            guard let child = column.child(part) else { preconditionFailure("no column '\(name)'") }
            column = child
            chain.append(column)
        }
        return Resolved(column: column, chain: chain)
    }

    struct Resolved {
        let column: Column
        /// With the structs around it: what is in a null struct is null.
        fileprivate let chain: [Column]

        func isNull(_ row: Int) -> Bool { chain.contains { $0.isNull(row) } }
    }
}

extension DataType {
    /// Whether it is a list of messages, whatever may be null in it.
    var isMessages: Bool {
        guard case .list(let item) = self, case .structure(let members) = item.type else { return false }
        return members.map(\.name) == ["role", "content"] && members.allSatisfy { $0.type == .utf8 }
    }
}
