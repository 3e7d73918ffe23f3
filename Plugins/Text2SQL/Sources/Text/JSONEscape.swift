/// The escapes of JSON strings. Source: RFC 8259, section 7.
enum JSONEscape {
    /// What `range` of `text` means.
    static func decode(_ text: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var value: [UInt8] = []
        value.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            if text[position] == UInt8(ascii: "\\"), position + 1 < range.upperBound {
                position = decode(text, position + 1, range.upperBound, &value)
            } else {
                value.append(text[position])
                position += 1
            }
        }
        return value
    }

    /// Appends what the escape at `position` (behind the backslash) means, and returns where it ends.
    static func decode(_ text: [UInt8], _ position: Int, _ end: Int, _ value: inout [UInt8]) -> Int {
        switch text[position] {
        case UInt8(ascii: "n"): value.append(0x0A)
        case UInt8(ascii: "t"): value.append(0x09)
        case UInt8(ascii: "r"): value.append(0x0D)
        case UInt8(ascii: "u"):
            guard let first = unit(text, position + 1, end) else { break }
            if (0xD800..<0xDC00).contains(first), text.has("\\u", at: position + 5),
                let second = unit(text, position + 7, end), (0xDC00..<0xE000).contains(second)
            {
                append(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), &value)
                return position + 11
            }
            append(first, &value)
            return position + 5
        default: value.append(text[position])
        }
        return position + 1
    }

    private static func unit(_ text: [UInt8], _ position: Int, _ end: Int) -> UInt32? {
        guard position + 4 <= end else { return nil }
        return UInt32(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
    }

    private static func append(_ scalar: UInt32, _ value: inout [UInt8]) {
        value += String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8
    }
}
