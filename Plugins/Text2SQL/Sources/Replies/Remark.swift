/// Tells where a remark about a statement begins on the line on which the statement ends.
///
///     SELECT name FROM city WHERE id = 1 This gives its name.
///     SELECT name FROM city (lists all names)
///     SELECT name FROM city # all names
///
/// Only the beginning is looked at: whether a statement ends before it is for the grammar to say.
enum Remark {
    static func begins(_ text: [UInt8], at position: Int, _ end: Int) -> Bool {
        if text[position] == UInt8(ascii: "!") { return position + 1 == end || text[position + 1].isSpace }
        guard position > 0 else { return false }
        // Chinese and Japanese need no space: "WHERE id = 1。", "WHERE id = 1该语句…"
        if (0xE3...0xE9).contains(text[position]), text[position - 1] < 0x80, !text.has("\u{3000}", at: position) {
            return true
        }
        guard text[position - 1] == 0x20 else { return false }
        if text[position] == UInt8(ascii: "#") || text.has("// ", at: position) { return true }
        if text[position] == UInt8(ascii: "(") {
            // "(not SELECT …)"
            return followsWord(text, position + 1, end, isCapital: false)
                || text.has("(not ", at: position) && text.has("SELECT", at: position + 5)
        }
        return followsWord(text, position, end, isCapital: true)
    }

    /// Whether two words of a sentence stand here, none of them one of a query: "This gives", "lists all".
    private static func followsWord(_ text: [UInt8], _ start: Int, _ end: Int, isCapital: Bool) -> Bool {
        let first = word(text, start, end)
        let second = word(text, first.upperBound + 1, end)
        guard !first.isEmpty, !second.isEmpty, text.has(" ", at: first.upperBound) else { return false }
        let isSmall = { (position: Int) in text[position] >= UInt8(ascii: "a") }
        return isSmall(start) != isCapital && first.dropFirst().allSatisfy(isSmall) && second.allSatisfy(isSmall)
            && first.withBytes(of: text, SQLWord.of) == .name
            && [.name, .other].contains(second.withBytes(of: text, SQLWord.of))
    }

    private static func word(_ text: [UInt8], _ start: Int, _ end: Int) -> Range<Int> {
        var position = min(start, end)
        while position < end, text[position].isLetter { position += 1 }
        return min(start, end)..<position
    }
}
