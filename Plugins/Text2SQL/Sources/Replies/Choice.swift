/// Which of several statements the words of a reply choose.
enum Choice {
    /// The number of the statement that is chosen, from 1: "I recommend option 1.", "Option B is best.", "Q2 is the answer."
    ///
    /// The last part of a sentence that chooses counts, and none that speaks against a statement: "Candidate 1 is not correct,
    /// so my final choice is candidate 3."
    static func number(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        guard text.holds(choices, in: range) else { return nil }
        let clauses = parts(text, range, ",.;:!\n")
        for (index, clause) in clauses.enumerated().reversed() where text.holds(choices, in: clause) {
            if let number = named(text, clause) { return number }
            // "Selected: [1]", "Best candidate: 2"
            guard index + 1 < clauses.count else { continue }
            let next = text.trimmed(clauses[index + 1])
            if next.count == 1, text[next.lowerBound].isDigit { return Int(text[next.lowerBound] &- UInt8(ascii: "0")) }
            if let number = named(text, next) { return number }
        }
        // "Option A, which is the best."
        return clauses.lazy.compactMap { named(text, $0) }.first
    }

    /// The word that tells the chosen statement from the others: `EXISTS` in "My final answer is the EXISTS version."
    static func word(_ text: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        for sentence in parts(text, range, ".;!\n").reversed() where text.holds(choices, in: sentence) {
            let words = text[sentence].split { !$0.isNamePart }
            guard let noun = words.lastIndex(where: { isNoun(text, $0.indices) }), noun > words.startIndex else {
                continue
            }
            let word = words[noun - 1]
            if word.count > 2, word.allSatisfy({ $0.isLetter && $0.uppercased == $0 }) { return Array(word) }
        }
        return nil
    }

    /// The parts between these signs that speak against nothing.
    private static func parts(_ text: [UInt8], _ range: Range<Int>, _ signs: String) -> [Range<Int>] {
        text[range].split { signs.utf8.contains($0) }.map(\.indices).filter { !text.holds(denials, in: $0) }
    }

    /// The number of the statement that is named first.
    private static func named(_ text: [UInt8], _ range: Range<Int>) -> Int? {
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
            if let number = number(ofNoun: word, text) { return number }
            if word.count == 1 {
                let isBracketed =
                    (text.has("(", at: start - 1) || text.has("[", at: start - 1))
                    && (text.has(")", at: position) || text.has("]", at: position))
                if isAfterNoun || isBracketed || text.has("#", at: start - 1), text[start].isDigit {
                    return Int(text[start] &- UInt8(ascii: "0"))
                }
                // "Option A", "candidate (b)", "I'd go with A".
                let isLast = text[start] < 0x60 && text.trimmed(position..<range.upperBound).isEmpty
                let letter = text[start].uppercased
                if isAfterNoun && text[start] == letter || isBracketed || isLast, (0x41...0x45).contains(letter) {
                    return Int(letter) - 0x40
                }
            }
            if text.spells("FORMER", in: word) { return 1 }
            if text.spells("LATTER", in: word) { return 2 }
            isAfterNoun = isNoun(text, word)
            if isAfterNoun || text.spells("ONE", in: word), let ordinal { return ordinal }
            ordinal = ordinals.firstIndex { text.spells($0, in: word) }.map { $0 + 1 }
        }
        return ordinal
    }

    /// "Q2", "Variante2", "方法一".
    private static func number(ofNoun word: Range<Int>, _ text: [UInt8]) -> Int? {
        // In Chinese no space tells words apart.
        for noun in ["方法", "方案", "选项", "查询"] as [StaticString] {
            guard let found = text.firstIndex(of: noun, in: word) else { continue }
            let end = found + noun.utf8CodeUnitCount
            if let number = numerals.firstIndex(where: { text.has($0, at: end) }) { return number + 1 }
            if end < word.upperBound, text[end].isDigit { return Int(text[end] &- UInt8(ascii: "0")) }
        }
        guard let last = word.last, text[last].isDigit, word.count > 1 else { return nil }
        let noun = word.lowerBound..<last
        return text.spells("Q", in: noun) || isNoun(text, noun) ? Int(text[last] &- UInt8(ascii: "0")) : nil
    }

    private static func isNoun(_ text: [UInt8], _ word: Range<Int>) -> Bool {
        nouns.contains { text.spells($0, in: word) }
    }

    private static let choices: [StaticString] = [
        "recommend", "best", "selected", "pick", "use that", "use the ", "prefer", "choose", "chosen", "choice",
        "go with", "final", "correct", "should use",
        "would use", "i'd use", "query stands", "one stands", "is the answer", "should be executed", "to submit",
        "submit one",
        "empfehle", "bevorzug", "am besten", "würde ich", "ich nehme", "recomiendo", "usaría", "prefiero", "elegiría",
        "recommande", "préfère", "choisirais", "recomendo", "usaria", "prefiro", "consiglio", "userei", "preferisco",
        "рекоменд", "推荐", "建议",
    ]
    private static let denials: [StaticString] = [
        " not ", "n't ", "n\u{2019}t ", "incorrect", "wrong", "instead of", "rather than", "never",
    ]
    /// In capitals but for letters beyond ASCII.
    private static let nouns: [StaticString] = [
        "OPTION", "CANDIDATE", "QUERY", "ATTEMPT", "SOLUTION", "VERSION", "APPROACH", "ANSWER", "INTERPRETATION", "TRY",
        "METHOD", "NUMBER", "READING", "VARIANT", "VARIANTE", "ABFRAGE", "LöSUNG", "OPCIóN", "CONSULTA", "SOLUCIóN",
        "REQUêTE", "OPçãO",
        "OPZIONE",
        "VERSIONE", "вариант", "Вариант",
    ]
    private static let numerals: [StaticString] = ["一", "二", "三"]
    private static let ordinals: [StaticString] = ["FIRST", "SECOND", "THIRD"]
}
