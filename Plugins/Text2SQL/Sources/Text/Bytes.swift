import Glibc

extension UInt8 {
    /// White space as SQL knows it: space, tab, line feed, vertical tab, form feed, carriage return.
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// An ASCII letter.
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

    /// May stand in a bare identifier: a letter, a digit, `_`, `$` or any byte of a non-ASCII character.
    var isNamePart: Bool { isLetter || isDigit || self == 0x5F || self == 0x24 || self >= 0x80 }

    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self + 0x20 : self }

    var uppercased: UInt8 { self >= 0x61 && self <= 0x7A ? self - 0x20 : self }
}

extension Array where Element == UInt8 {
    /// Whether the bytes of `range` are this ASCII word, given in upper case, in any letter case.
    func spells(_ word: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset].uppercased != word.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether these very bytes stand at `position`.
    func has(_ literal: StaticString, at position: Int) -> Bool {
        guard position >= 0, position + literal.utf8CodeUnitCount <= count else { return false }
        for offset in 0..<literal.utf8CodeUnitCount where self[position + offset] != literal.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Where these very bytes first stand within `range`.
    func firstIndex(of literal: StaticString, in range: Range<Int>) -> Int? {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let length = literal.utf8CodeUnitCount
            var position = range.lowerBound
            while position + length <= range.upperBound {
                let rest = range.upperBound - length + 1 - position
                guard let found = memchr(base + position, Int32(literal.utf8Start[0]), rest) else { return nil }
                position = UnsafeRawPointer(found) - base
                if memcmp(found, literal.utf8Start, length) == 0 { return position }
                position += 1
            }
            return nil
        }
    }

    /// Whether these very bytes, none of which is zero, stand somewhere before the first zero. O(n) in both lengths, as glibc's
    /// strstr(3) is.
    func contains(_ other: [UInt8]) -> Bool {
        (map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { text in
            (other.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { part in
                guard let text = text.baseAddress, let part = part.baseAddress else { return false }
                return strstr(text, part) != nil
            }
        }
    }

    /// `range` without white space at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isSpace { lower += 1 }
        while upper > lower, self[upper - 1].isSpace { upper -= 1 }
        return lower..<upper
    }
}
