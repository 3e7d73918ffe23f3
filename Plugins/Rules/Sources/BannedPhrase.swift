@_spi(_Unicode) import Swift

/// A phrase that must not stand in a text, however it is written, unless it is part of a longer word.
///
/// Compared are small letters, composed (NFC), full-width ones as ordinary ones, without signs that nobody sees.
struct BannedPhrase {
    let phrase: String
    private let folded: [Unicode.Scalar]

    init(_ phrase: String) {
        self.phrase = phrase
        folded = Self.folded(phrase)
    }

    /// Whether nothing is left to look for.
    var isEmpty: Bool { folded.isEmpty }

    /// A text as phrases are looked for in it.
    static func folded(_ text: String) -> [Unicode.Scalar] {
        var seen = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
            let isWide = (0xFF01...0xFF5E).contains(scalar.value)
            seen.append(isWide ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar)
        }
        return Array(String(seen).lowercased()._nfc)
    }

    /// Whether the phrase stands in a text that is already folded.
    func stands(in text: [Unicode.Scalar]) -> Bool {
        guard let first = folded.first, let last = folded.last, text.count >= folded.count else {
            return false
        }
        for start in 0...(text.count - folded.count) where text[start] == first {
            let end = start + folded.count
            guard text[start..<end].elementsEqual(folded) else { continue }
            let beginsInWord = start > 0 && isWordPart(first) && isWordPart(text[start - 1])
            let endsInWord = end < text.count && isWordPart(last) && isWordPart(text[end])
            if !beginsInWord && !endsInWord { return true }
        }
        return false
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
