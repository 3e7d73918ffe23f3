/// What the words between two statements say about the second.
enum Cue {
    private static let alternatives: [StaticString] = [
        "alternative", "another way", "another option", "you could also", "you can also", "could also be", "if you",
        "optionally", "equivalent", "variant", "variation", "to test", "to verify", "to check", "can test",
        "can verify", "can check", "or simply",
        "would be wrong", "do not use", "don't use", "instead of", "alternatively", "or, if", "if only", "in case you",
        "\nif ",
        "you might also", "for example, to", "expected output", "sample output", "is not needed", "not necessary",
        "\nor ", "\nor,", "don't do", "do not do",
        "extra challenge", "i chose", "form below", "performance tip", "performance note", "can be faster",
        "may be faster", "is faster",
        "mysql version", "postgresql version", "postgres version", "sql server version",
        "oracle version", "mariadb version", "in mysql", "for mysql", "in postgres", "for postgres", "in sql server",
        "for sql server", "in oracle", "for oracle",
    ]

    /// A second look, which may also end in another answer.
    private static let checks: [StaticString] = [
        "double-check", "double check", "sanity check", "sanity-check", "verification", "to be sure",
    ]

    private static let corrections: [StaticString] = [
        "correct", "final", "actually", "instead", "fixed", "revised", "should be", "better", "go with", "let's use",
        "let me use",
    ]

    /// "An alternative …": what follows is not the answer.
    static func offersAlternative(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        contains(alternatives, text, range) || contains(checks, text, range) && !contains(corrections, text, range)
    }

    /// "The correct query is …": what follows is the answer, whatever stood before.
    static func corrects(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        contains(corrections, text, range) && !offersAlternative(text, range)
    }

    /// Which of several statements the words behind them choose, from 1: "I recommend option 1.", "Option B is best."
    ///
    /// The last part of a sentence that chooses counts, and none that speaks against a statement: "Candidate 1 is not correct,
    /// so my final choice is candidate 3."
    static func chosenNumber(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        guard contains(choices, text, range) else { return nil }
        let clauses = text[range].split { ",.;!\n".utf8.contains($0) }.map(\.indices).filter {
            !contains(denials, text, $0)
        }
        let chosen = clauses.last { contains(choices, text, $0) && number(text, $0) != nil }
        // "Option A, which is the best."
        return chosen.flatMap { number(text, $0) } ?? clauses.lazy.compactMap { number(text, $0) }.first
    }

    /// The number of the statement that is named first.
    private static func number(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        var isAfterNoun = false
        var ordinal: Int?
        var position = range.lowerBound
        while position < range.upperBound {
            let start = position
            while position < range.upperBound, text[position].isNamePart { position += 1 }
            let word = start..<position
            if word.isEmpty {
                // "The first: …"
                if let ordinal, ":)*".utf8.contains(text[position]) { return ordinal }
                position += 1
                continue
            }
            if isAfterNoun, word.count == 1 {
                let byte = text[start]
                if byte.isDigit { return Int(byte &- UInt8(ascii: "0")) }
                // "Option A".
                if (0x41...0x45).contains(byte) { return Int(byte) - 0x40 }
            }
            if text.spells("FORMER", in: word) { return 1 }
            if text.spells("LATTER", in: word) { return 2 }
            isAfterNoun = nouns.contains { text.spells($0, in: word) }
            if isAfterNoun || text.spells("ONE", in: word), let ordinal { return ordinal }
            ordinal = ordinals.firstIndex { text.spells($0, in: word) }.map { $0 + 1 }
        }
        return ordinal
    }

    private static let choices: [StaticString] = [
        "recommend", "best", "prefer", "choose", "chosen", "choice", "go with", "final", "correct", "should use",
        "would use", "query stands", "one stands",
    ]
    private static let denials: [StaticString] = [
        " not ", "n't ", "n\u{2019}t ", "incorrect", "wrong", "instead of", "rather than", "never",
    ]
    private static let nouns: [StaticString] = [
        "OPTION", "CANDIDATE", "QUERY", "ATTEMPT", "SOLUTION", "VERSION", "APPROACH", "ANSWER",
    ]
    private static let ordinals: [StaticString] = ["FIRST", "SECOND", "THIRD"]

    private static func contains(_ phrases: [StaticString], _ text: [UInt8], _ range: Range<Int>) -> Bool {
        let words = text[range].map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        return phrases.contains { words.firstIndex(of: $0, in: 0..<words.count) != nil }
    }
}
