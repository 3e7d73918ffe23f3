/// Takes away what a program has put before the lines of SQL: the prompts of SQLite's shell, the signs of a diff.
enum LinePrefix {
    /// `range` of `text` without the shell's prompts, `sqlite> ` and `   ...> `; nil if no line has the second.
    static func withoutPrompts(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard text.firstIndex(of: "\n   ...> ", in: range) != nil else { return nil }
        return lines(text, range) { line in
            for prompt in ["sqlite> ", "   ...> "] as [StaticString] where text.has(prompt, at: line.lowerBound) {
                return line.dropFirst(prompt.utf8CodeUnitCount)
            }
            return line
        }
    }

    /// What a diff in `range` of `text` makes: its added lines and those that stay; nil if it adds none.
    static func afterDiff(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard text.has("+", at: range.lowerBound) || text.firstIndex(of: "\n+", in: range) != nil else { return nil }
        return lines(text, range) { line in
            switch text[line].first {
            case UInt8(ascii: "-"), UInt8(ascii: "@"): nil
            case UInt8(ascii: "+"), UInt8(ascii: " "):
                line.dropFirst(text.has("+ ", at: line.lowerBound) ? 2 : 1)
            default: line
            }
        }
    }

    /// - Parameter kept: what is kept of a line; nil takes the whole line away.
    private static func lines(
        _ text: [UInt8], _ range: Range<Int>, _ kept: (Range<Int>) -> Range<Int>?
    ) -> [UInt8] {
        var result: [UInt8] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = text.firstIndex(of: "\n", in: start..<range.upperBound) ?? range.upperBound
            if let line = kept(start..<end) {
                result += text[line]
                result.append(0x0A)
            }
            start = end + 1
        }
        return result
    }
}
