/// Takes away the `> ` with which Markdown quotes lines.
enum BlockQuote {
    /// `range` of `text` without the signs; nil if no quoted lines hold a statement or a fence.
    static func unquoted(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard text.has(">", at: range.lowerBound) || text.firstIndex(of: "\n>", in: range) != nil else { return nil }
        var result: [UInt8] = []
        var isQuoted = false
        var isAnyQuoted = false
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, text[end] != 0x0A { end += 1 }
            if text[start] == UInt8(ascii: ">") {
                let content = min(end, start + (text.has("> ", at: start) ? 2 : 1))
                isQuoted = isQuoted || holdsCode(text, content..<end)
                isAnyQuoted = isAnyQuoted || isQuoted
                result += text[(isQuoted ? content : start)..<end]
            } else {
                isQuoted = false
                result += text[start..<end]
            }
            result.append(0x0A)
            start = end + 1
        }
        return isAnyQuoted ? result : nil
    }

    /// Whether a statement or a fence begins here. A clause may begin with `>` too, but no statement goes on with it.
    private static func holdsCode(_ text: [UInt8], _ line: Range<Int>) -> Bool {
        let line = text.trimmed(line)
        var end = line.lowerBound
        while end < line.upperBound, text[end].isNamePart { end += 1 }
        return text.has("```", at: line.lowerBound) || Verb(text, in: line.lowerBound..<end) != nil
    }
}
