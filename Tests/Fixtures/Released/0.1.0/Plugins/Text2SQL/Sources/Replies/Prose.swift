/// Tells sentences about selecting from statements that select.
enum Prose {
    private static let articles: [StaticString] = [
        "THE", "A", "AN", "THIS", "THAT", "THESE", "THOSE", "YOUR", "MY", "OUR", "EACH", "WHICH", "ALL", "BOTH", "HERE",
    ]

    /// Whether it reads "from the …": no table is called `the`.
    static func isSentence(_ sql: String) -> Bool {
        !wordsAfterFrom(Array(sql.utf8)) { text, word in !articles.contains { text.spells($0, in: word) } }
    }

    /// Whether it says what to read from.
    static func hasSource(_ sql: String) -> Bool {
        var isFound = false
        _ = wordsAfterFrom(Array(sql.utf8)) { _, _ in
            isFound = true
            return true
        }
        return isFound
    }

    /// Whether `test` holds for each word that follows a `FROM`.
    private static func wordsAfterFrom(_ text: [UInt8], _ test: ([UInt8], Range<Int>) -> Bool) -> Bool {
        var tokens = Tokenizer(text)
        var isAfterFrom = false
        while let token = tokens.nextSignificant() {
            if isAfterFrom, !test(text, token.range) { return false }
            isAfterFrom = token.kind == .word && text.spells("FROM", in: token.range)
        }
        return true
    }
}
