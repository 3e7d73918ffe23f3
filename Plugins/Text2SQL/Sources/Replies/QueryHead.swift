/// Tells by the next words whether `select`, `with` or `values` begins a query or goes on with a sentence.
enum QueryHead {
    /// Whether a query may begin with `word`, of which `verb` is known. Cheap: SQLite is asked about what is left.
    static func isPlausible(_ text: [UInt8], _ word: Range<Int>, _ verb: Verb) -> Bool {
        guard verb == .query else { return verb != .other("EXPLAIN") || explainsStatement(text, word.upperBound) }
        return text.withUnsafeBufferPointer { bytes in
            var lexer = QuickLexer(bytes, word.lowerBound..<bytes.count)
            lexer.advance()
            let head = lexer.word
            lexer.advance()
            switch head {
            case .with: return isCommonTable(&lexer, bytes)
            case .values: return lexer.kind == .open
            default: return !isPlaceholder(lexer, bytes) && !isLabel(lexer, bytes) && !isPhrase(&lexer, bytes)
            }
        }
    }

    /// `EXPLAIN SELECT …`, `EXPLAIN QUERY PLAN SELECT …`; "EXPLAIN shows how" is a sentence.
    private static func explainsStatement(_ text: [UInt8], _ start: Int) -> Bool {
        var tokens = Tokenizer(text, in: start..<text.count)
        guard var word = tokens.nextSignificant() else { return true }
        if text.spells("QUERY", in: word.range) {
            guard let plan = tokens.nextSignificant(), text.spells("PLAN", in: plan.range),
                let next = tokens.nextSignificant()
            else { return true }
            word = next
        }
        return Verb(text, in: word.range) != nil
    }

    /// `WITH name AS (`, `WITH name(…)`, `WITH RECURSIVE …`.
    private static func isCommonTable(_ lexer: inout QuickLexer, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if lexer.kind == .word, lexer.word == .other { return true }
        guard lexer.kind == .word || lexer.kind == .quotedName || lexer.kind == .unknown else {
            return lexer.kind == .end
        }
        lexer.advance()
        return lexer.kind == .open || lexer.kind == .end || lexer.word == .as
    }

    /// `SELECT <columns>`, `SELECT ...`
    private static func isPlaceholder(_ lexer: QuickLexer, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = lexer.start
        guard start < lexer.end else { return false }
        return bytes[start] == UInt8(ascii: "<")
            || bytes[start] == UInt8(ascii: ".") && start + 1 < bytes.count && bytes[start + 1] == bytes[start]
    }

    /// `SELECT statement:`
    private static func isLabel(_ lexer: QuickLexer, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        lexer.kind == .word && lexer.end + 1 < bytes.count && bytes[lexer.end] == UInt8(ascii: ":")
            && bytes[lexer.end + 1].isSpace
    }

    /// `select the rows`, `select this with`: an article, and no clause behind it.
    private static func isPhrase(_ lexer: inout QuickLexer, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard lexer.kind == .word, lexer.word == .name,
            Prose.isArticle(UnsafeBufferPointer(rebasing: bytes[lexer.start..<lexer.end]))
        else { return false }
        let isLetter = lexer.end - lexer.start == 1
        lexer.advance()
        guard lexer.kind == .word else { return false }
        return lexer.word == .name || !isLetter && lexer.word != .from && lexer.word != .as
    }
}
