/// What the words between two statements say about the second.
enum Cue {
    private static let alternatives: [StaticString] = [
        "alternative", "another way", "another option", "you could also", "you can also", "could also be", "if you",
        "optionally", "equivalent", "variant", "variation", "to test", "to verify", "to check", "can test",
        "can verify", "can check", "or simply",
        "would be wrong", "do not use", "don't use", "instead of", "alternatively", "or, if", "if only", "in case you",
        "\nif ", "you might also", "for example, to", "expected output", "sample output", "is not needed",
        "not necessary", "\nor ", "\nor,", "don't do", "do not do", "extra challenge", "earlier idea",
        "earlier attempt", "first idea", "previous attempt", "i chose", "form below", "performance tip",
        "performance note", "can be faster", "may be faster", "is faster", "mysql version", "postgresql version",
        "postgres version", "sql server version", "oracle version", "mariadb version", "in mysql", "for mysql",
        "in postgres", "for postgres", "in sql server", "for sql server", "in oracle", "for oracle",
    ]

    /// A second look or an aside, which may also end in another answer.
    private static let checks: [StaticString] = [
        "double-check", "double check", "sanity check", "sanity-check", "verification", "to be sure", "note that",
        "for comparison", "compare with", "compare it with", "for reference", "to see ", "and to count",
        "to count them", "zur kontrolle", "zum vergleich", "zur überprüfung", "para comprobar",
        "para verificar", "pour vérifier", "per verificare", "per controllo",
    ]

    /// A new version of the answer, whatever else is said of the one before.
    private static let replacements: [StaticString] = [
        "correction", "corrected", "rewritten", "fix:", "fixed version", "here's the fixed", "second try", "third try",
        "next try", "new attempt", "attempt 2", "attempt 3", "try 2", "try 3",
    ]

    private static let corrections: [StaticString] = [
        "correct", "final", "actually", "instead", "fixed", "revised", "should be", "better", "go with", "let's use",
        "let me use", "fix:", "rewritten",
    ]

    /// "An alternative …": what follows is not the answer.
    static func offersAlternative(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        if text.holds(replacements, in: range) { return false }
        return text.holds(alternatives, in: range)
            || text.holds(checks, in: range) && !text.holds(corrections, in: range)
    }

    /// "The correct query is …": what follows is the answer, whatever stood before.
    static func corrects(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        text.holds(corrections, in: range) && !offersAlternative(text, range)
    }

    /// "Option 1 (recommended)", "The final query is": what follows is the answer, unless it is corrected.
    static func recommends(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        text.holds(recommendations, in: range)
    }

    private static let recommendations: [StaticString] = [
        "recommended", "preferred", "final query", "final answer", "final sql", "main query",
    ]
}

extension Array where Element == UInt8 {
    /// Whether one of the phrases, given in small letters, stands in `range` in any letter case.
    func holds(_ phrases: [StaticString], in range: Range<Int>) -> Bool {
        let words = self[range].map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        return phrases.contains { words.firstIndex(of: $0, in: 0..<words.count) != nil }
    }
}
