/// Takes away the backslashes that keep Markdown from reading `*` and `_`, and those of strings in programs (`\n`).
enum BackslashEscapes {
    /// `range` of `text` without them; nil if there are none. SQL itself has no backslash outside quotes.
    static func removed(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard text.firstIndex(of: "\\", in: range) != nil else { return nil }
        var result: [UInt8] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let next = position + 1 < range.upperBound ? text[position + 1] : 0
            if text[position] == UInt8(ascii: "\\"), next == UInt8(ascii: "n") || next == UInt8(ascii: "t") {
                result.append(next == UInt8(ascii: "n") ? 0x0A : 0x09)
                position += 2
                continue
            }
            let isEscape = text[position] == UInt8(ascii: "\\") && "*_<>[]()#-+|~`\"".utf8.contains(next)
            if !isEscape { result.append(text[position]) }
            position += 1
        }
        return result.count < range.count ? result : nil
    }
}
