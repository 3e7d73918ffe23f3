/// Blocks of code in Markdown.
enum Fences {
    /// Whether the last line of three or more backticks or tildes opens a block that nothing closes.
    static func isOpen(_ text: String) -> Bool {
        var open: UInt8?
        for line in text.utf8.split(separator: 0x0A) {
            let content = line.drop { $0 == 0x20 || $0 == 0x09 }
            guard let sign = content.first, sign == UInt8(ascii: "`") || sign == UInt8(ascii: "~"),
                content.prefix(3).elementsEqual([sign, sign, sign])
            else { continue }
            // ```SELECT 1``` opens and closes.
            let rest = content.drop { $0 == sign }
            if rest.suffix(3).elementsEqual([sign, sign, sign]) { continue }
            open = open == nil ? sign : open == sign ? nil : open
        }
        return open != nil
    }
}
