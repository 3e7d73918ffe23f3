/// Takes away the backslashes that keep Markdown from reading `*` and `_`.
enum MarkdownEscapes {
    /// `range` of `text` without them; nil if there are none. SQL itself has no backslash outside quotes.
    static func removed(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard text.firstIndex(of: "\\", in: range) != nil else { return nil }
        var result: [UInt8] = []
        for position in range {
            let isEscape =
                text[position] == UInt8(ascii: "\\") && position + 1 < range.upperBound
                && "*_<>[]()#-+|~`".utf8.contains(text[position + 1])
            if !isEscape { result.append(text[position]) }
        }
        return result.count < range.count ? result : nil
    }
}
