/// Reads the tokens of plain SQL one by one, a few nanoseconds each.
///
/// What it does not know, such as parameters or odd characters, is `unknown`, and then SQLite has to be asked.
struct QuickLexer {
    enum Kind: UInt8 {
        case end
        case unknown
        /// A word; `word` says which.
        case word
        /// `"name"` or `` `name` ``.
        case quotedName
        case string
        case number
        case open
        case close
        case comma
        case dot
        case semicolon
        case star
        /// `+` or `-`, which also stand before an expression.
        case sign
        /// Any other operator between two expressions.
        case binary
        case tilde
    }

    private let text: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private let slots = SQLWord.slots
    private var position: Int

    /// The token that was read last.
    private(set) var kind = Kind.end
    private(set) var word = SQLWord.name
    /// Whether there was a comment so far.
    private(set) var hasComments = false
    /// Where the token before it ends.
    private(set) var previousEnd = 0
    /// Whether it is the first on its line.
    private(set) var beginsLine = false
    /// Where it begins.
    private(set) var start = 0
    /// Where it ends.
    var end: Int { position }

    /// Reads `range` of `text`, which must stay where it is meanwhile.
    init(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.text = text
        limit = range.upperBound
        position = range.lowerBound
    }

    /// Moves on to the next token that is no comment.
    mutating func advance() {
        word = .other
        previousEnd = position
        beginsLine = false
        while true {
            while position < limit, text[position].isSpace {
                if text[position] == 0x0A { beginsLine = true }
                position += 1
            }
            start = position
            guard position < limit else {
                kind = .end
                return
            }
            kind = scan()
            guard isComment else { return }
            isComment = false
            hasComments = true
        }
    }

    private var isComment = false

    private func peek(_ distance: Int) -> UInt8 {
        position + distance < limit ? text[position + distance] : 0
    }

    private mutating func scan() -> Kind {
        let byte = text[position]
        if byte.isLetter || byte == 0x5F || byte >= 0x80 { return scanWord(byte) }
        if byte.isDigit { return scanNumber() }
        position += 1
        switch byte {
        case UInt8(ascii: "'"): return quoted(byte) ? .string : .unknown
        case UInt8(ascii: "\""): return quoted(byte) ? .quotedName : .unknown
        case UInt8(ascii: "`"):
            // Two or more are a fence.
            return peek(0) != byte && quoted(byte) ? .quotedName : .unknown
        case UInt8(ascii: "("): return .open
        case UInt8(ascii: ")"): return .close
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ";"): return .semicolon
        case UInt8(ascii: "."): return peek(0).isDigit ? .unknown : .dot
        case UInt8(ascii: "*"): return .star
        case UInt8(ascii: "~"): return .tilde
        case UInt8(ascii: "+"): return .sign
        case UInt8(ascii: "-"): return scanMinus()
        case UInt8(ascii: "/"):
            guard peek(0) == UInt8(ascii: "*") else { return .binary }
            return blockComment()
        case UInt8(ascii: "%"), UInt8(ascii: "&"): return .binary
        case UInt8(ascii: "|"):
            if peek(0) == byte { position += 1 }
            return .binary
        case UInt8(ascii: "="):
            if peek(0) == byte { position += 1 }
            return .binary
        case UInt8(ascii: "<"):
            let next = peek(0)
            if next == UInt8(ascii: "=") || next == UInt8(ascii: ">") || next == byte { position += 1 }
            return .binary
        case UInt8(ascii: ">"):
            if peek(0) == UInt8(ascii: "=") || peek(0) == byte { position += 1 }
            return .binary
        case UInt8(ascii: "!"):
            guard peek(0) == UInt8(ascii: "=") else { return .unknown }
            position += 1
            return .binary
        default: return .unknown
        }
    }

    private mutating func scanWord(_ first: UInt8) -> Kind {
        position += 1
        if first | 0x20 == UInt8(ascii: "x"), peek(0) == UInt8(ascii: "'") { return .unknown }
        position = start
        while position < limit, text[position].isNamePart {
            // Curly quotes, wide signs and unusual spaces are no letters: U+0080 to U+00BF, U+2000 to U+3FFF, U+F000 on.
            let byte = text[position]
            if byte >= 0xC2, byte == 0xC2 || byte == 0xE2 || byte == 0xE3 || byte == 0xEF { return .unknown }
            position += 1
        }
        word = SQLWord.find(UnsafeBufferPointer(rebasing: text[start..<position]), in: slots)
        return .word
    }

    private mutating func scanNumber() -> Kind {
        while position < limit, text[position].isDigit { position += 1 }
        if peek(0) == UInt8(ascii: ".") {
            position += 1
            while position < limit, text[position].isDigit { position += 1 }
        }
        // Exponents and hexadecimal numbers are left to SQLite.
        return peek(0).isNamePart && position < limit ? .unknown : .number
    }

    private mutating func scanMinus() -> Kind {
        if peek(0) == UInt8(ascii: "-") {
            while position < limit, text[position] != 0x0A { position += 1 }
            isComment = true
        } else if peek(0) == UInt8(ascii: ">") {
            position += peek(1) == UInt8(ascii: ">") ? 2 : 1
            return .binary
        }
        return .sign
    }

    private mutating func blockComment() -> Kind {
        position += 1
        while position + 1 < limit {
            if text[position] == UInt8(ascii: "*"), text[position + 1] == UInt8(ascii: "/") {
                position += 2
                isComment = true
                return .binary
            }
            position += 1
        }
        position = limit
        return .unknown
    }

    /// Moves past a quoted text in which the quote is doubled to stand for itself; false if it has no end.
    private mutating func quoted(_ quote: UInt8) -> Bool {
        while position < limit {
            if text[position] == quote {
                position += 1
                guard peek(0) == quote, position < limit else { return true }
            }
            position += 1
        }
        return false
    }
}
