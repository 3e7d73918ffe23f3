/// Finds SQL that stands as a member of a JSON object, `{"sql": "SELECT …"}`.
///
/// Models write JSON that is cut off, has raw line breaks in strings or single quotes around them, or stands as a string
/// in other JSON, `{"arguments": "{\\"sql\\": …}"}`. So this looks for the member alone and does not ask that the rest be
/// JSON.
struct JSONAnswer: Equatable {
    /// The value, unescaped.
    let value: [UInt8]
    /// Whether the closing quote is there.
    let isClosed: Bool
    /// From the brace before the member to the end of the value.
    let range: Range<Int>

    private static let names: [StaticString] = [
        "SQL", "SQL_QUERY", "SQLQUERY", "QUERY", "FINAL_SQL", "FINAL_QUERY", "STATEMENT", "ANSWER", "FINAL_ANSWER",
        "RESPONSE", "RESULT", "OUTPUT", "CODE", "COMPLETION", "CONTENT", "Q",
    ]

    /// A quotation sign, and how many backslashes stand before it.
    private struct Quote {
        let byte: UInt8
        let backslashes: Int
        let end: Int
    }

    /// All such members in `range` of `text`, in order.
    static func all(in text: [UInt8], _ range: Range<Int>) -> [JSONAnswer] {
        guard let brace = text.firstIndex(of: "{", in: range) else { return string(in: text, range).map { [$0] } ?? [] }
        var answers: [JSONAnswer] = []
        var position = brace + 1
        while position < range.upperBound {
            if let opening = valueStart(text, position, range.upperBound) {
                let answer = read(text, opening, in: brace..<range.upperBound)
                answers.append(answer)
                position = answer.range.upperBound
            } else {
                position += 1
            }
        }
        return answers
    }

    /// The reply as one JSON string, if its escapes show that it is one.
    private static func string(in text: [UInt8], _ range: Range<Int>) -> JSONAnswer? {
        guard range.count > 2, text[range.lowerBound] == UInt8(ascii: "\""),
            text[range.upperBound - 1] == UInt8(ascii: "\""),
            ["\\\"", "\\n"].contains(where: { (escape: StaticString) in text.firstIndex(of: escape, in: range) != nil })
        else { return nil }
        let answer = read(
            text, Quote(byte: text[range.lowerBound], backslashes: 0, end: range.lowerBound + 1), in: range)
        return answer.isClosed && answer.range.upperBound == range.upperBound ? answer : nil
    }

    /// The quote that opens the value, if a member with one of the names begins at `position`.
    private static func valueStart(_ text: [UInt8], _ position: Int, _ end: Int) -> Quote? {
        let first = text[position]
        guard first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || first == UInt8(ascii: "\\"),
            let opening = quote(text, at: position, end)
        else { return nil }
        var nameEnd = opening.end
        while nameEnd < end, text[nameEnd].isNamePart { nameEnd += 1 }
        let name = opening.end..<nameEnd
        guard let closing = quote(text, at: nameEnd, end), closing.byte == opening.byte,
            closing.backslashes == opening.backslashes, names.contains(where: { text.spells($0, in: name) })
        else { return nil }
        var next = skipSpace(text, closing.end, end)
        guard next < end, text[next] == UInt8(ascii: ":") else { return nil }
        next = skipSpace(text, next + 1, end)
        guard let value = quote(text, at: next, end), value.backslashes == opening.backslashes else { return nil }
        return value
    }

    private static func quote(_ text: [UInt8], at position: Int, _ end: Int) -> Quote? {
        var next = position
        while next < end, text[next] == UInt8(ascii: "\\") { next += 1 }
        guard next < end, text[next] == UInt8(ascii: "\"") || text[next] == UInt8(ascii: "'") else { return nil }
        return Quote(byte: text[next], backslashes: next - position, end: next + 1)
    }

    /// Reads a string. Its end is a quote that a comma, a closing bracket or nothing follows.
    private static func read(_ text: [UInt8], _ opening: Quote, in range: Range<Int>) -> JSONAnswer {
        var position = opening.end
        while position < range.upperBound {
            let byte = text[position]
            guard byte == UInt8(ascii: "\\") || byte == opening.byte else {
                position += 1
                continue
            }
            guard let closing = quote(text, at: position, range.upperBound) else {
                position += opening.backslashes == 0 ? 2 : 1
                continue
            }
            if closing.byte == opening.byte, closing.backslashes == opening.backslashes {
                var next = skipSpace(text, closing.end, range.upperBound)
                if closing.backslashes > 0, text.has("\\n", at: next) {
                    next = skipSpace(text, next + 2, range.upperBound)
                }
                if next >= range.upperBound || ",}]".utf8.contains(text[next]) {
                    return JSONAnswer(
                        value: value(text, opening.end..<position, opening.backslashes), isClosed: true,
                        range: range.lowerBound..<closing.end)
                }
            }
            position = closing.end
        }
        return JSONAnswer(
            value: value(text, opening.end..<range.upperBound, opening.backslashes), isClosed: false, range: range)
    }

    /// A string in a string is unescaped twice, in a string in a string in a string three times.
    private static func value(_ text: [UInt8], _ range: Range<Int>, _ backslashes: Int) -> [UInt8] {
        var value = JSONEscape.decode(text, range)
        var left = backslashes
        while left > 0 {
            value = JSONEscape.decode(value, 0..<value.count)
            left /= 2
        }
        return value
    }

    private static func skipSpace(_ text: [UInt8], _ position: Int, _ end: Int) -> Int {
        var position = position
        while position < end, text[position].isSpace { position += 1 }
        return position
    }
}
