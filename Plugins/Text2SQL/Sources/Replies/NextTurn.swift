/// Tells where a model goes on with questions of its own, as base models do that were shown some.
enum NextTurn {
    private static let labels: [StaticString] = [
        "QUESTION", "Q", "USER", "HUMAN", "INPUT", "INSTRUCTION", "SCHEMA", "EXERCISE", "PROBLEM", "TASK", "EXAMPLE",
    ]

    /// Whether a line of `range` is the head of another question: `Question: …`, `### Input`, `Exercise 2`, or a
    /// comment that asks something.
    static func begins(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, text[end] != 0x0A { end += 1 }
            if isHead(text, start..<end) { return true }
            start = end + 1
        }
        return false
    }

    private static func isHead(_ text: [UInt8], _ line: Range<Int>) -> Bool {
        let line = text.trimmed(line)
        var position = line.lowerBound
        while position < line.upperBound, "#*-/ \t".utf8.contains(text[position]) { position += 1 }
        let isComment =
            position > line.lowerBound
            && (text[line.lowerBound] == UInt8(ascii: "#") || text.has("--", at: line.lowerBound)
                || text.has("/*", at: line.lowerBound))
        if isComment, text[position..<line.upperBound].contains(UInt8(ascii: "?")) { return true }
        let wordStart = position
        while position < line.upperBound, text[position].isLetter { position += 1 }
        guard labels.contains(where: { text.spells($0, in: wordStart..<position) }) else { return false }
        // Queries that the reply numbers itself: "Q1: SELECT … Q2: SELECT …"
        if position - wordStart == 1, text.firstIndex(of: "Q1:", in: 0..<line.lowerBound) != nil { return false }
        // "Problem: returns everybody."
        let isRemark = text.spells("PROBLEM", in: wordStart..<position) && text.has(":", at: position)
        if isRemark, !text[position..<line.upperBound].contains(UInt8(ascii: "?")) { return false }
        while position < line.upperBound, text[position].isSpace || text[position].isDigit { position += 1 }
        return position == line.upperBound || ":.)*#".utf8.contains(text[position])
    }
}
