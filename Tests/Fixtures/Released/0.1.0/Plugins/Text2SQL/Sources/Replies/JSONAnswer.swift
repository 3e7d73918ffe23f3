/// Finds SQL that stands as a member of a JSON object, `{"sql": "SELECT …"}`.
///
/// Models write JSON that is cut off, has raw line breaks in strings or single quotes around them. So this looks for
/// the member alone and does not ask that the rest be JSON.
struct JSONAnswer: Equatable {
    /// The value, unescaped.
    let value: [UInt8]
    /// Whether the closing quote is there.
    let isClosed: Bool
    /// From the brace before the member to the end of the value.
    let range: Range<Int>

    private static let names: [StaticString] = ["SQL", "SQL_QUERY", "QUERY", "FINAL_SQL", "STATEMENT", "ANSWER"]

    /// All such members in `range` of `text`, in order.
    static func all(in text: [UInt8], _ range: Range<Int>) -> [JSONAnswer] {
        guard let brace = text[range].firstIndex(of: UInt8(ascii: "{")) else { return [] }
        var answers: [JSONAnswer] = []
        var position = brace + 1
        while position < range.upperBound {
            if let start = valueStart(text, position, range.upperBound) {
                let answer = read(text, from: start, in: brace..<range.upperBound)
                answers.append(answer)
                position = answer.range.upperBound
            } else {
                position += 1
            }
        }
        return answers
    }

    /// The position of the quote that opens the value, if a member with one of the names begins at `position`.
    private static func valueStart(_ text: [UInt8], _ position: Int, _ end: Int) -> Int? {
        let quote = text[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        var nameEnd = position + 1
        while nameEnd < end, text[nameEnd].isNamePart { nameEnd += 1 }
        let name = position + 1..<nameEnd
        guard nameEnd < end, text[nameEnd] == quote, names.contains(where: { text.spells($0, in: name) }) else {
            return nil
        }
        var next = skipSpace(text, nameEnd + 1, end)
        guard next < end, text[next] == UInt8(ascii: ":") else { return nil }
        next = skipSpace(text, next + 1, end)
        guard next < end, text[next] == UInt8(ascii: "\"") || text[next] == UInt8(ascii: "'") else { return nil }
        return next
    }

    /// Reads a string. Its end is a quote that a comma, a closing bracket or nothing follows.
    private static func read(_ text: [UInt8], from start: Int, in range: Range<Int>) -> JSONAnswer {
        let quote = text[start]
        var value: [UInt8] = []
        var position = start + 1
        while position < range.upperBound {
            let byte = text[position]
            if byte == quote {
                let next = skipSpace(text, position + 1, range.upperBound)
                if next == range.upperBound || ",}]".utf8.contains(text[next]) {
                    return JSONAnswer(value: value, isClosed: true, range: range.lowerBound..<position + 1)
                }
            }
            if byte == UInt8(ascii: "\\"), position + 1 < range.upperBound {
                position = JSONEscape.decode(text, position + 1, range.upperBound, &value)
            } else {
                value.append(byte)
                position += 1
            }
        }
        return JSONAnswer(value: value, isClosed: false, range: range)
    }

    private static func skipSpace(_ text: [UInt8], _ position: Int, _ end: Int) -> Int {
        var position = position
        while position < end, text[position].isSpace { position += 1 }
        return position
    }
}
