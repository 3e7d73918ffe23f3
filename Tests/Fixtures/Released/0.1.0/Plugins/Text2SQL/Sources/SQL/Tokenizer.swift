/// Splits SQL text into tokens the way SQLite does.
///
/// White space is skipped and comments are tokens. Any bytes can be split: what SQLite would not take is a `symbol`.
/// Source of the rules: <https://www.sqlite.org/lang_keywords.html>, <https://www.sqlite.org/lang_expr.html>,
/// <https://www.sqlite.org/lang_comment.html>.
struct Tokenizer {
    private let text: [UInt8]
    private var position: Int
    private let end: Int

    /// Reads the bytes of `range` of `text`, or all of them.
    init(_ text: [UInt8], in range: Range<Int>? = nil) {
        self.text = text
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? text.count
    }

    /// The next token, or nil at the end of the text.
    mutating func next() -> Token? {
        while position < end, text[position].isSpace { position += 1 }
        guard position < end else { return nil }
        let start = position
        let kind = scan()
        return Token(kind: kind, range: start..<position)
    }

    /// The next token that is not a comment, or nil at the end of the text.
    mutating func nextSignificant() -> Token? {
        while let token = next() {
            if token.kind != .comment { return token }
        }
        return nil
    }

    private func peek(_ distance: Int) -> UInt8 {
        position + distance < end ? text[position + distance] : 0
    }

    private mutating func scan() -> Token.Kind {
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "'"):
            return quoted(by: byte) ? .string : .unclosed
        case UInt8(ascii: "\""), UInt8(ascii: "`"):
            return quoted(by: byte) ? .quotedName : .unclosed
        case UInt8(ascii: "["):
            return bracketed() ? .quotedName : .unclosed
        case UInt8(ascii: "-") where peek(1) == byte:
            skip { $0 != UInt8(ascii: "\n") }
            return .comment
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            blockComment()
            return .comment
        case UInt8(ascii: "("): return single(.open)
        case UInt8(ascii: ")"): return single(.close)
        case UInt8(ascii: ","): return single(.comma)
        case UInt8(ascii: ";"): return single(.semicolon)
        case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            position += 1
            let length = skip { $0.isNamePart }
            return length > 0 || byte == UInt8(ascii: "?") ? .parameter : .symbol
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard peek(1) == UInt8(ascii: "'") else { return word() }
            position += 1
            return quoted(by: UInt8(ascii: "'")) ? .blob : .unclosed
        case UInt8(ascii: "."):
            guard peek(1).isDigit else { return single(.symbol) }
            return number()
        case _ where byte.isDigit:
            return number()
        case _ where byte.isNamePart:
            return word()
        default:
            return single(.symbol)
        }
    }

    private mutating func single(_ kind: Token.Kind) -> Token.Kind {
        position += 1
        return kind
    }

    @discardableResult
    private mutating func skip(while condition: (UInt8) -> Bool) -> Int {
        let start = position
        while position < end, condition(text[position]) { position += 1 }
        return position - start
    }

    private mutating func word() -> Token.Kind {
        skip { $0.isNamePart }
        return .word
    }

    private mutating func number() -> Token.Kind {
        if text[position] == UInt8(ascii: "0"), peek(1) | 0x20 == UInt8(ascii: "x") {
            position += 2
            skip { $0.isNamePart }
            return .number
        }
        skip { $0.isDigit }
        if peek(0) == UInt8(ascii: ".") {
            position += 1
            skip { $0.isDigit }
        }
        if peek(0) | 0x20 == UInt8(ascii: "e") {
            let isSigned = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if peek(isSigned ? 2 : 1).isDigit {
                position += isSigned ? 2 : 1
                skip { $0.isDigit }
            }
        }
        return .number
    }

    /// Moves past a quoted text in which the quote is doubled to stand for itself; false if it has no end.
    private mutating func quoted(by quote: UInt8) -> Bool {
        position += 1
        while position < end {
            if text[position] == quote {
                guard peek(1) == quote else {
                    position += 1
                    return true
                }
                position += 1
            }
            position += 1
        }
        position = end
        return false
    }

    private mutating func bracketed() -> Bool {
        skip { $0 != UInt8(ascii: "]") }
        guard position < end else { return false }
        position += 1
        return true
    }

    /// A block comment without an end reaches to the end of the text, as in SQLite.
    private mutating func blockComment() {
        position += 2
        while position < end {
            if text[position] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
    }
}
