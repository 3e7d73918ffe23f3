/// Writes tables as the text a model reads.
///
/// ```
/// city(id INTEGER PRIMARY KEY, name TEXT, country TEXT REFERENCES country(code))
/// lived(person INTEGER, city INTEGER, PRIMARY KEY(person, city))
/// view big_city(id INTEGER, name TEXT)
/// ```
/// One line a table. Types are in upper case with single spaces; names are quoted only where SQLite needs it.
struct SchemaText {
    private let grammar = Grammar()

    func write(_ tables: [SchemaTable]) -> String {
        tables.map(line).joined(separator: "\n")
    }

    private func line(_ table: SchemaTable) -> String {
        let primaryKey = table.columns.filter { $0.primaryKeyPosition > 0 }
            .sorted { $0.primaryKeyPosition < $1.primaryKeyPosition }
        var parts = table.columns.map { column in
            var part = quoted(column.name)
            let type = Self.normalised(type: column.type)
            if !type.isEmpty { part += " " + type }
            if primaryKey.count == 1, primaryKey[0] == column { part += " PRIMARY KEY" }
            for key in table.foreignKeys where key.columns == [column.name] { part += " " + references(key) }
            return part
        }
        if primaryKey.count > 1 { parts.append("PRIMARY KEY" + list(primaryKey.map(\.name))) }
        for key in table.foreignKeys where key.columns.count > 1 {
            parts.append("FOREIGN KEY\(list(key.columns)) \(references(key))")
        }
        return (table.isView ? "view " : "") + quoted(table.name) + "(" + parts.joined(separator: ", ") + ")"
    }

    private func references(_ key: SchemaTable.ForeignKey) -> String {
        "REFERENCES " + quoted(key.target) + (key.targetColumns.isEmpty ? "" : list(key.targetColumns))
    }

    private func list(_ names: [String]) -> String {
        "(" + names.map(quoted).joined(separator: ", ") + ")"
    }

    private func quoted(_ name: String) -> String {
        if grammar.isBareName(name) { return name }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// `varchar ( 20 )` and `VARCHAR(20)` are the same type.
    static func normalised(type: String) -> String {
        let bytes = Array(type.utf8)
        var tokens = Tokenizer(bytes)
        var text: [UInt8] = []
        var isAfterWord = false
        while let token = tokens.nextSignificant() {
            let isWord = token.kind == .word || token.kind == .number
            if isWord && isAfterWord { text.append(UInt8(ascii: " ")) }
            text += bytes[token.range].map(\.uppercased)
            isAfterWord = isWord || token.kind == .close
        }
        return String(decoding: text, as: UTF8.self)
    }
}
