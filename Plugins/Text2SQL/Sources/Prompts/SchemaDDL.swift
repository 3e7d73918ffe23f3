/// Writes a table as the `CREATE TABLE` that could have made it.
///
/// ```
/// CREATE TABLE town (
///   id INTEGER PRIMARY KEY,
///   country TEXT,
///   FOREIGN KEY (country) REFERENCES country(code)
/// );
/// ```
struct SchemaDDL {
    private let grammar = Grammar()

    func write(_ table: SchemaTable) -> String {
        let key = table.columns.filter { $0.primaryKeyPosition > 0 }
            .sorted { $0.primaryKeyPosition < $1.primaryKeyPosition }
        var parts = table.columns.map { column in
            let type = SchemaText.normalised(type: column.type)
            return quoted(column.name) + (type.isEmpty ? "" : " " + type)
                + (key.count == 1 && key[0] == column ? " PRIMARY KEY" : "")
        }
        if key.count > 1 { parts.append("PRIMARY KEY " + list(key.map(\.name))) }
        for foreign in table.foreignKeys {
            let target = quoted(foreign.target) + (foreign.targetColumns.isEmpty ? "" : list(foreign.targetColumns))
            parts.append("FOREIGN KEY \(list(foreign.columns)) REFERENCES \(target)")
        }
        let kind = table.isView ? "VIEW" : "TABLE"
        return "CREATE \(kind) \(quoted(table.name)) (\n  " + parts.joined(separator: ",\n  ") + "\n);"
    }

    private func list(_ names: [String]) -> String {
        "(" + names.map(quoted).joined(separator: ", ") + ")"
    }

    private func quoted(_ name: String) -> String {
        if grammar.isBareName(name) { return name }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
