/// A block of code in a reply, between lines of backticks or tildes.
struct Fence: Equatable {
    /// The code, without the fences and the language tag.
    var content: Range<Int>
    /// From the first fence to behind the last.
    var whole: Range<Int>
    /// Whether the closing fence is there.
    var isClosed: Bool
    /// What the language tag says.
    var language = Language.sql

    enum Language {
        /// SQL, none, or one that models put on SQL by mistake.
        case sql
        /// Commands or a program, in which SQL may stand as an argument.
        case program
        /// Lines with a plus or minus before them.
        case diff
    }

    /// All blocks in `range` of `text`, in order. A block that is not closed reaches to the next one or to the end.
    static func all(in text: [UInt8], _ range: Range<Int>) -> [Fence] {
        var fences: [Fence] = []
        var position = range.lowerBound
        while let opening = nextRun(text, position..<range.upperBound) {
            let start = skipTag(text, opening.upperBound..<range.upperBound)
            let tag = text.trimmed(opening.upperBound..<start)
            var fence = Fence(
                content: start..<range.upperBound, whole: opening.lowerBound..<range.upperBound, isClosed: false)
            if let next = closing(text, opening, start..<range.upperBound) {
                let opensAnother = skipTag(text, next.upperBound..<range.upperBound) > next.upperBound
                fence.content = start..<next.lowerBound
                fence.whole = opening.lowerBound..<(opensAnother ? next.lowerBound : next.upperBound)
                fence.isClosed = !opensAnother
            }
            if programs.contains(where: { text.spells($0, in: tag) }) { fence.language = .program }
            if text.spells("DIFF", in: tag) || text.spells("PATCH", in: tag) { fence.language = .diff }
            fences.append(fence)
            position = fence.whole.upperBound
        }
        return fences
    }

    /// The run that ends the block: if the block begins on a line of its own, one that begins a line, so that backticks in
    /// a string do not end it; else, or if there is none, the next.
    private static func closing(_ text: [UInt8], _ opening: Range<Int>, _ range: Range<Int>) -> Range<Int>? {
        guard let next = nextRun(text, range) else { return nil }
        var candidate = next
        while text.has("\n", at: range.lowerBound) || text.has("\r\n", at: range.lowerBound) {
            if beginsLine(text, candidate.lowerBound) { return candidate }
            guard let later = nextRun(text, candidate.upperBound..<range.upperBound) else { break }
            candidate = later
        }
        return next
    }

    private static func beginsLine(_ text: [UInt8], _ position: Int) -> Bool {
        var before = position
        while before > 0, text[before - 1] == 0x20 || text[before - 1] == 0x09 { before -= 1 }
        return before == 0 || text[before - 1] == 0x0A
    }

    /// The next run of three or more backticks, or of tildes.
    private static func nextRun(_ text: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        let backticks = text.firstIndex(of: "```", in: range)
        let tildes = text.firstIndex(of: "~~~", in: range.lowerBound..<(backticks ?? range.upperBound))
        guard let start = tildes ?? backticks else { return nil }
        var end = start + 3
        while end < range.upperBound, text[end] == text[start] { end += 1 }
        return start..<end
    }

    /// Where the code begins: behind a language tag, which is any word alone on its line but one that begins a
    /// statement, or a well-known tag with the code behind it.
    private static func skipTag(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var end = range.lowerBound
        while end < range.upperBound, text[end] == 0x20 || text[end] == UInt8(ascii: "{") { end += 1 }
        let start = end
        while end < range.upperBound, text[end].isTagPart { end += 1 }
        let tag = start..<end
        guard !tag.isEmpty, Verb(text, in: tag) == nil else { return range.lowerBound }
        if tags.contains(where: { text.spells($0, in: tag) }) {
            if end < range.upperBound, text[end] == UInt8(ascii: "}") { end += 1 }
            return end
        }
        while end < range.upperBound, text[end] == 0x20 || text[end] == 0x0D { end += 1 }
        return end < range.upperBound && text[end] == 0x0A ? end : range.lowerBound
    }

    private static let programs: [StaticString] = [
        "BASH", "SH", "SHELL", "ZSH", "CONSOLE", "POWERSHELL", "CMD", "BAT", "PYTHON", "PY", "JAVASCRIPT", "JS", "JAVA",
        "PHP",
    ]

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
