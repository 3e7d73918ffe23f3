/// A block of code in a reply, between lines of backticks or tildes.
struct Fence: Equatable {
    /// The code, without the fences and the language tag.
    var content: Range<Int>
    /// From the first fence to behind the last.
    var whole: Range<Int>
    /// Whether the closing fence is there.
    var isClosed: Bool

    /// All blocks in `range` of `text`, in order. A block that is not closed reaches to the next one or to the end.
    static func all(in text: [UInt8], _ range: Range<Int>) -> [Fence] {
        var fences: [Fence] = []
        var position = range.lowerBound
        while let opening = nextRun(text, position..<range.upperBound) {
            let start = skipTag(text, opening.upperBound..<range.upperBound)
            var fence = Fence(
                content: start..<range.upperBound, whole: opening.lowerBound..<range.upperBound, isClosed: false)
            if let next = nextRun(text, start..<range.upperBound) {
                let opensAnother = skipTag(text, next.upperBound..<range.upperBound) > next.upperBound
                fence.content = start..<next.lowerBound
                fence.whole = opening.lowerBound..<(opensAnother ? next.lowerBound : next.upperBound)
                fence.isClosed = true
            }
            fences.append(fence)
            position = fence.whole.upperBound
        }
        return fences
    }

    /// The next run of three or more backticks, or of tildes.
    private static func nextRun(_ text: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        var position = range.lowerBound
        while position + 3 <= range.upperBound {
            let byte = text[position]
            guard byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~"), text[position + 1] == byte,
                text[position + 2] == byte
            else {
                position += 1
                continue
            }
            var end = position + 3
            while end < range.upperBound, text[end] == byte { end += 1 }
            return position..<end
        }
        return nil
    }

    /// Where the code begins: behind a language tag, which is any word alone on its line but one that begins a
    /// statement, or a well-known tag with the code behind it.
    private static func skipTag(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var end = range.lowerBound
        while end < range.upperBound, text[end].isTagPart { end += 1 }
        let tag = range.lowerBound..<end
        guard !tag.isEmpty, Verb(text, in: tag) == nil else { return range.lowerBound }
        if tags.contains(where: { text.spells($0, in: tag) }) { return end }
        while end < range.upperBound, text[end] == 0x20 || text[end] == 0x0D { end += 1 }
        return end < range.upperBound && text[end] == 0x0A ? end : range.lowerBound
    }

    private static let tags: [StaticString] = [
        "SQL", "SQLITE", "SQLITE3", "MYSQL", "POSTGRESQL", "POSTGRES", "PSQL", "TSQL", "PLSQL", "JSON", "TEXT",
        "PLAINTEXT", "TXT", "QUERY", "PYTHON",
    ]
}

extension UInt8 {
    fileprivate var isTagPart: Bool {
        isLetter || isDigit || "-+_.".utf8.contains(self)
    }
}
