/// Undoes what web pages and word processors do to SQL: HTML escapes, curly quotes, unusual spaces and signs.
///
/// Only what stands outside quotes is a reason to repair: inside them these characters are data.
enum Typography {
    /// The statement at `start` and all that follows it up to `end`, repaired; nil if there is nothing to repair.
    static func repaired(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard mayNeedRepair(text, range) else { return nil }
        var result = Array(text[range])
        var isChanged = false
        if standsOutsideQuotes(result, { entity(result, at: $0) != nil }) {
            result = decodeEntities(result)
            isChanged = true
        }
        if standsOutsideQuotes(result, { sign(result, at: $0) != nil || quote(result, at: $0) != nil }) {
            result = replaceSigns(result)
            isChanged = true
        }
        return isChanged ? result : nil
    }

    /// `range` without pictures at its end, as chat models like to put there.
    static func withoutPictures(_ text: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var range = range
        while let last = range.last, text[last] >= 0x80 {
            var start = last
            while start > range.lowerBound, text[start] & 0xC0 == 0x80 { start -= 1 }
            let scalar = String(decoding: text[start...last], as: UTF8.self).unicodeScalars.first?.value ?? 0
            guard (0x2600...0x27BF).contains(scalar) || (0x1F300...0x1FAFF).contains(scalar) || scalar == 0xFE0F else {
                break
            }
            range = text.trimmed(range.lowerBound..<start)
        }
        return range
    }

    private static func mayNeedRepair(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            for position in range where bytes[position] >= 0xC2 || bytes[position] == UInt8(ascii: "&") { return true }
            return text.firstIndex(of: "<br", in: range) != nil
        }
    }

    private static func standsOutsideQuotes(_ text: [UInt8], _ test: (Int) -> Bool) -> Bool {
        var tokens = Tokenizer(text)
        while let token = tokens.next() {
            switch token.kind {
            case .word, .symbol, .number, .parameter:
                if token.range.contains(where: test) { return true }
            default:
                break
            }
        }
        return false
    }

    // MARK: HTML

    private static let entities: [(name: StaticString, byte: Character)] = [
        ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"),
        ("&#34;", "\""),
        ("&#039;", "'"), ("&#x27;", "'"), ("&nbsp;", " "), ("&#10;", "\n"), ("<br>", "\n"), ("<br/>", "\n"),
        ("<br />", "\n"),
    ]

    private static func entity(_ text: [UInt8], at position: Int) -> (name: StaticString, byte: Character)? {
        guard text[position] == UInt8(ascii: "&") || text[position] == UInt8(ascii: "<") else { return nil }
        return entities.first { text.has($0.name, at: position) }
    }

    private static func decodeEntities(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            if let found = entity(text, at: position) {
                result += found.byte.utf8
                position += found.name.utf8CodeUnitCount
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    // MARK: Signs

    private static let signs: [(sign: StaticString, plain: StaticString)] = [
        ("\u{A0}", " "), ("\u{2009}", " "), ("\u{202F}", " "), ("\u{3000}", " "), ("\u{200B}", ""), ("\u{FEFF}", ""),
        ("\u{2212}", "-"), ("\u{2265}", ">="), ("\u{2264}", "<="), ("\u{2260}", "<>"), ("\u{FF0C}", ","),
        ("\u{FF1B}", ";"), ("\u{FF08}", "("), ("\u{FF09}", ")"), ("\u{FF1D}", "="), ("\u{FF1C}", "<"),
        ("\u{FF1E}", ">"),
        ("\u{FF0A}", "*"), ("\u{FF0E}", "."), ("\u{2013}", "-"), ("\u{200C}", ""), ("\u{200D}", ""), ("\u{2060}", ""),
        ("\u{2002}", " "), ("\u{2003}", " "), ("\u{AD}", ""),
    ]

    /// Bytes of the unusual space, or of the sign without width, that begins at `position`; 0 if there is none.
    static func spaceLength(_ text: [UInt8], at position: Int) -> Int {
        guard let found = sign(text, at: position) else { return 0 }
        let isSpace = found.plain.utf8CodeUnitCount == 0 || found.plain.utf8Start[0] == 0x20
        return isSpace ? found.sign.utf8CodeUnitCount : 0
    }

    private static func sign(_ text: [UInt8], at position: Int) -> (sign: StaticString, plain: StaticString)? {
        guard text[position] >= 0xC2 else { return nil }
        return signs.first { text.has($0.sign, at: position) }
    }

    private static let singleQuotes: [StaticString] = ["\u{2018}", "\u{2019}", "\u{201A}"]
    private static let doubleQuotes: [StaticString] = ["\u{201C}", "\u{201D}", "\u{201E}"]

    /// `'` or `"` if a curly quote stands at `position`; each of them has three bytes.
    private static func quote(_ text: [UInt8], at position: Int) -> UInt8? {
        guard text[position] == 0xE2 else { return nil }
        if singleQuotes.contains(where: { text.has($0, at: position) }) { return UInt8(ascii: "'") }
        return doubleQuotes.contains { text.has($0, at: position) } ? UInt8(ascii: "\"") : nil
    }

    private static func replaceSigns(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                var tokens = Tokenizer(text, in: position..<text.count)
                let end = tokens.next()?.range.upperBound ?? text.count
                result += text[position..<end]
                position = end
            } else if let found = sign(text, at: position) {
                result += UnsafeBufferPointer(start: found.plain.utf8Start, count: found.plain.utf8CodeUnitCount)
                position += found.sign.utf8CodeUnitCount
            } else if let plain = quote(text, at: position) {
                position = copyQuoted(text, position, plain, &result)
            } else {
                result.append(byte)
                position += 1
            }
        }
        return result
    }

    /// Copies a text in curly quotes with plain ones around it. A curly quote between letters is an apostrophe.
    private static func copyQuoted(_ text: [UInt8], _ start: Int, _ plain: UInt8, _ result: inout [UInt8]) -> Int {
        result.append(plain)
        var position = start + 3
        while position < text.count {
            guard quote(text, at: position) == plain else {
                result.append(text[position])
                position += 1
                continue
            }
            let isApostrophe =
                plain == UInt8(ascii: "'") && text[position - 1].isLetter && position + 3 < text.count
                && text[position + 3].isLetter
            guard isApostrophe else {
                result.append(plain)
                return position + 3
            }
            result += [plain, plain]
            position += 3
        }
        return position
    }
}
