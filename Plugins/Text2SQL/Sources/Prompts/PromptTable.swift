/// A table as it stands in a prompt.
struct PromptTable {
    /// What is shown of a column: the values met most often.
    struct Column {
        let name: String
        let values: [String]
    }

    let name: String
    /// The table's line, or its `CREATE TABLE`.
    let text: String
    var columns: [Column] = []

    /// The text, and below it a comment for each column with values, at most `count` of them.
    func text(values count: Int) -> String {
        var text = text
        for column in columns where count > 0 && !column.values.isEmpty {
            let shown = column.values.prefix(count).map(Self.literal).joined(separator: ", ")
            text += "\n-- \(name).\(column.name): \(shown)"
        }
        return text
    }

    /// Whether a word of the question is one of the table's name or of its columns' names, or one of its values.
    func isTouched(by question: Set<String>) -> Bool {
        let names = QuestionWords.all(in: text).subtracting(Self.common)
        if !names.isDisjoint(with: question) { return true }
        return columns.contains { column in
            column.values.contains { value in
                let words = QuestionWords.all(in: value)
                return !words.isEmpty && words.isSubset(of: question)
            }
        }
    }

    /// Words of every schema, in singular.
    private static let common: Set<String> = [
        "create", "table", "view", "integer", "int", "text", "real", "blob", "numeric", "varchar", "char", "date",
        "number",
        "primary", "foreign", "key", "reference", "not", "null", "unique", "default", "name", "code", "type", "the",
        "and",
        "for", "datetime", "boolean", "bool", "double", "float", "decimal", "bigint", "timestamp",
    ]

    private static func literal(_ value: String) -> String {
        "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
