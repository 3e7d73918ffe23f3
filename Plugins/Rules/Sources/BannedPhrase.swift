import Glibc
@_spi(_Unicode) import Swift

/// A phrase that must not stand in a text, however it is written, unless it is part of a longer word.
///
/// Compared are small letters, composed (NFC), full-width ones as ordinary ones, without signs that nobody sees.
struct BannedPhrase {
    let phrase: String
    /// UTF-8.
    private let folded: [UInt8]
    private let beginsInWord: Bool
    private let endsInWord: Bool

    init(_ phrase: String) {
        self.phrase = phrase
        folded = Self.folded(phrase)
        let scalars = String(decoding: folded, as: UTF8.self).unicodeScalars
        beginsInWord = scalars.first.map(isWordPart) ?? false
        endsInWord = scalars.last.map(isWordPart) ?? false
    }

    /// Whether nothing is left to look for.
    var isEmpty: Bool { folded.isEmpty }

    /// A text as phrases are looked for in it, in UTF-8.
    ///
    /// - Complexity: O(bytes); some thirty times as fast for ASCII, where only letters have to be made small.
    static func folded(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            if bytes.areASCII { return foldedASCII(bytes) }
            var seen = String.UnicodeScalarView()
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars
            where !scalar.properties.isDefaultIgnorableCodePoint {
                let isWide = (0xFF01...0xFF5E).contains(scalar.value)
                seen.append(isWide ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar)
            }
            var folded = String.UnicodeScalarView()
            for scalar in String(seen).lowercased()._nfc { folded.append(scalar) }
            return Array(String(folded).utf8)
        }
    }

    private static func foldedASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { folded, count in
            for index in 0..<bytes.count {
                let byte = bytes[index]
                folded[index] = byte | (byte &- UInt8(ascii: "A") < 26 ? 0x20 : 0)
            }
            count = bytes.count
        }
    }

    /// Whether the phrase stands in a text that is already folded.
    func stands(in text: [UInt8]) -> Bool {
        text.withUnsafeBytes { text in
            var start = 0
            while let position = position(in: text, from: start) {
                let end = position + folded.count
                let isBegun = beginsInWord && Self.scalar(before: position, in: text).map(isWordPart) ?? false
                let goesOn = endsInWord && Self.scalar(at: end, in: text).map(isWordPart) ?? false
                if !isBegun && !goesOn { return true }
                start = position + 1
            }
            return false
        }
    }

    /// Where the phrase comes next in a text.
    private func position(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let first = folded.first, let base = text.baseAddress else { return nil }
        var start = start
        while let found = memchr(base + start, Int32(first), max(text.count - folded.count + 1 - start, 0)) {
            if memcmp(found, folded, folded.count) == 0 { return UnsafeRawPointer(found) - base }
            start = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }

    private static func scalar(at position: Int, in text: UnsafeRawBufferPointer) -> Unicode.Scalar? {
        guard position < text.count else { return nil }
        let end = min(position + 4, text.count)
        return String(decoding: text[position..<end], as: UTF8.self).unicodeScalars.first
    }

    private static func scalar(before position: Int, in text: UnsafeRawBufferPointer) -> Unicode.Scalar? {
        var start = position - 1
        // All bytes of a character but its first begin with the bits 10.
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start < 0 ? nil : scalar(at: start, in: text)
    }
}

/// Letters, their marks, digits and the underscore.
private func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_" { return true }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
        .spacingMark, .enclosingMark, .decimalNumber, .letterNumber:
        true
    default: false
    }
}
