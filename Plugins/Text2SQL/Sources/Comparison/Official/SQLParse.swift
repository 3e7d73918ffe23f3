/// As much of the Python package sqlparse as Spider's evaluator relies on: which words it sees, and where the first
/// statement ends.
///
/// It splits text otherwise than SQLite does: a backslash keeps a quote from ending a text if a later quote can,
/// `# ` begins a comment, and a comment ends at a carriage return, too.
///
/// Source: `keywords.py` and `engine/statement_splitter.py` of <https://github.com/andialbrecht/sqlparse>.
enum SQLParse {
    /// The first statement without the word DISTINCT; nil if the text holds no statement.
    ///
    /// Blanks and comments to the end of the line (`--`, `# `) behind its semicolon belong to it, and those on the next lines if
    /// there is nothing but comments between; no block comments and no other line ends.
    static func firstStatementWithoutDistinct(_ text: [UInt8]) -> [UInt8]? {
        var kept: [UInt8] = []
        var position = 0
        var depth = 0
        var isEmpty = true
        while position < text.count {
            let end = endOfToken(text, position)
            let isDistinct = isWord(text[position]) && text.spells("DISTINCT", in: position..<end)
            if !isDistinct { kept += text[position..<end] }
            isEmpty = isEmpty && text[position].isSpace
            switch text[position] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: ";") where depth <= 0: return kept + text[end..<endOfComments(text, end)]
            default:
                // The end of a CASE counts like a closing parenthesis; its beginning does not count.
                if text.spells("END", in: position..<end) { depth -= 1 }
            }
            position = end
        }
        return isEmpty ? nil : kept
    }

    /// Behind the blanks and line comments at `start`.
    private static func endOfComments(_ text: [UInt8], _ start: Int) -> Int {
        var position = start
        while position < text.count {
            let byte = text[position]
            if byte.isSpace, byte != 0x0A, byte != 0x0D {
                position += 1
            } else if text.has("--", at: position) && !text.has("--+", at: position)
                || text.has("# ", at: position) && !text.has("# +", at: position)
            {
                position = endOfToken(text, position)
                // The comment's own line end is part of it.
                if text.has("\r\n", at: position) { position += 1 }
                position = min(position + 1, text.count)
            } else {
                break
            }
        }
        return position
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte.isNamePart && byte != UInt8(ascii: "$") }

    private static func endOfToken(_ text: [UInt8], _ start: Int) -> Int {
        let byte = text[start]
        let next = start + 1 < text.count ? text[start + 1] : 0
        switch byte {
        case UInt8(ascii: "-") where next == byte, UInt8(ascii: "#") where next == 0x20:
            return text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
            return text.firstIndex(of: "*/", in: start + 2..<text.count).map { $0 + 2 } ?? start + 1
        case UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "\""):
            return endOfQuoted(text, start) ?? start + 1
        case UInt8(ascii: "["):
            let isIndex = start > 0 && (isWord(text[start - 1]) || text[start - 1] == UInt8(ascii: "]"))
            let end = text[(start + 1)...].firstIndex { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
            guard !isIndex, let end, text[end] == UInt8(ascii: "]"), end > start + 1 else { return start + 1 }
            return end + 1
        case UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: ":"), UInt8(ascii: "\\"):
            return endOfWord(text, start + 1)
        case _ where isWord(byte):
            return endOfWord(text, start)
        default:
            return start + 1
        }
    }

    private static func endOfWord(_ text: [UInt8], _ start: Int) -> Int {
        text[start...].firstIndex { !$0.isNamePart && $0 != UInt8(ascii: "#") } ?? text.count
    }

    /// Behind the quote that ends the text beginning at `start`, as the pattern `'(''|\\'|[^'])*'` finds it: as late
    /// as possible, but where no later quote can end the text, a doubled or escaped one does.
    private static func endOfQuoted(_ text: [UInt8], _ start: Int) -> Int? {
        let quote = text[start]
        let knowsBackslash = quote != UInt8(ascii: "`")
        var position = start + 1
        var lastResort: Int?
        while position < text.count {
            let next = position + 1 < text.count ? text[position + 1] : 0
            if text[position] == quote {
                guard next == quote else { return position + 1 }
                lastResort = position + 1
                position += 2
            } else if knowsBackslash, text[position] == UInt8(ascii: "\\"), next == quote {
                lastResort = position + 2
                position += 2
            } else {
                position += 1
            }
        }
        return lastResort
    }
}
