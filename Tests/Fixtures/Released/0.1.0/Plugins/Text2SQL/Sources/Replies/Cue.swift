/// What the words between two statements say about the second.
enum Cue {
    private static let alternatives: [StaticString] = [
        "alternative", "another way", "another option", "you could also", "you can also", "could also be", "if you",
        "optionally", "equivalent", "variant", "variation", "to test", "to verify", "to check", "or simply",
        "would be wrong",
        "do not use", "don't use", "instead of",
    ]

    private static let corrections: [StaticString] = [
        "correct", "final", "actually", "instead", "fixed", "revised", "should be", "better",
    ]

    /// "An alternative …": what follows is not the answer.
    static func offersAlternative(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        contains(alternatives, text, range)
    }

    /// "The correct query is …": what follows is the answer, whatever stood before.
    static func corrects(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        contains(corrections, text, range) && !offersAlternative(text, range)
    }

    private static func contains(_ phrases: [StaticString], _ text: [UInt8], _ range: Range<Int>) -> Bool {
        let words = text[range].map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        return phrases.contains { words.firstIndex(of: $0, in: 0..<words.count) != nil }
    }
}
