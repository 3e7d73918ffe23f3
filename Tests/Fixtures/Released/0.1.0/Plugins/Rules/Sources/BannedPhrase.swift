/// A phrase that must not stand in a text, whatever its case, unless it is part of a longer word.
struct BannedPhrase {
    let phrase: String
    private let lowercased: [Unicode.Scalar]

    init(_ phrase: String) {
        self.phrase = phrase
        lowercased = Array(phrase.lowercased().unicodeScalars)
    }

    /// Whether the phrase stands in a text that is already lower case.
    func stands(in text: [Unicode.Scalar]) -> Bool {
        guard let first = lowercased.first, let last = lowercased.last, text.count >= lowercased.count else {
            return false
        }
        for start in 0...(text.count - lowercased.count) where text[start] == first {
            let end = start + lowercased.count
            guard text[start..<end].elementsEqual(lowercased) else { continue }
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
