/// Tells sentences about selecting from statements that select.
enum Prose {
    private static let articles: [StaticString] = [
        "THE", "A", "AN", "THIS", "THAT", "THESE", "THOSE", "YOUR", "MY", "OUR", "EACH", "WHICH", "ALL", "BOTH", "HERE",
    ]

    /// Whether it reads "select the …" or "from the …": no table is called `the`. One called `a` is not followed by a
    /// name.
    static func isSentence(_ sql: String) -> Bool {
        let text = Array(sql.utf8)
        // "Select `name` and `size`."
        if text.count > 1, text[1] != text[1].uppercased, text[0] == text[0].uppercased, !hasSource(sql) { return true }
        var tokens = Tokenizer(text)
        var isExpected = false
        while let token = tokens.nextSignificant() {
            if isExpected, articles.contains(where: { text.spells($0, in: token.range) }) {
                var following = tokens
                if let next = following.nextSignificant(), next.kind == .word,
                    next.range.withBytes(of: text, SQLWord.of) == .name
                {
                    return true
                }
            }
            isExpected =
                token.kind == .word && (text.spells("FROM", in: token.range) || text.spells("SELECT", in: token.range))
        }
        return false
    }

    static func isArticle(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        articles.contains { article in
            article.utf8CodeUnitCount == word.count
                && (0..<word.count).allSatisfy { word[$0].uppercased == article.utf8Start[$0] }
        }
    }

    /// Whether it has a `FROM`.
    static func hasSource(_ sql: String) -> Bool {
        let text = Array(sql.utf8)
        var tokens = Tokenizer(text)
        while let token = tokens.nextSignificant() {
            if token.kind == .word, text.spells("FROM", in: token.range) { return true }
        }
        return false
    }
}

extension Range<Int> {
    fileprivate func withBytes<T>(of text: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
        text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[self])) }
    }
}
