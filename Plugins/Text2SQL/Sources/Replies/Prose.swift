/// Tells sentences about selecting from statements that select.
enum Prose {
    private static let articles: [StaticString] = [
        "THE", "A", "AN", "THIS", "THAT", "THESE", "THOSE", "YOUR", "MY", "OUR", "EACH", "WHICH", "ALL", "BOTH", "HERE",
    ]

    /// Whether it reads "select the …" or "from the …": no table is called `the`. One called `a` is not followed by a
    /// name.
    static func isSentence(_ sql: String) -> Bool {
        let text = Array(sql.utf8)
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

    /// Whether it selects columns from nowhere: "SELECT name and size".
    static func lacksSource(_ sql: String) -> Bool {
        let text = Array(sql.utf8)
        var tokens = Tokenizer(text)
        var hasName = false
        var name: Token?
        while let token = tokens.nextSignificant(), token.kind != .semicolon {
            if token.kind == .word, text.spells("FROM", in: token.range) || text.spells("AS", in: token.range) {
                return false
            }
            // Not the name of a function.
            if name != nil, token.kind != .open { hasName = true }
            let isQuoted = token.kind == .quotedName && text[token.range.lowerBound] == UInt8(ascii: "`")
            let isName = token.kind == .word && token.range.withBytes(of: text, SQLWord.of) == .name
            name = isName || isQuoted ? token : nil
        }
        return hasName || name != nil
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
    func withBytes<T>(of text: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
        text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[self])) }
    }
}
