/// Which of several statements the words of a reply choose.
enum Choice {
    /// The number of the statement that is chosen, from 1: "I recommend option 1.", "Option B is best.", "Q2 is the answer."
    ///
    /// The last part of a sentence that chooses counts, and none that speaks against a statement: "Candidate 1 is not correct,
    /// so my final choice is candidate 3."
    ///
    /// - Parameters:
    ///   - count: how many statements there are to choose from.
    ///   - isStated: one of them is stated to be the answer, so that only who decides chooses another.
    ///   - isAnnounced: they are still to come, and an ordinal may be that of anything else.
    static func number(
        _ text: [UInt8], _ range: Range<Int>, of count: Int, isAnnounced: Bool = false, isStated: Bool = false
    ) -> Int? {
        let choosing = isStated ? decisions : choices
        guard choosing.stand(in: text, range) else { return nil }
        let takesOrdinals = !isAnnounced || text.holds(["below"], in: range)
        let sentences = sentences(text, range)
        for index in sentences.indices.reversed() where choosing.stand(in: text, sentences[index]) {
            // "Approach 2 fits exactly. Use that one."
            let isReference = index > 0 && text[sentences[index]].split { !$0.isNamePart }.count <= 3
            for sentence in isReference ? [sentences[index], sentences[index - 1]] : [sentences[index]] {
                if let number = number(text, sentence: sentence, of: count, takesOrdinals: takesOrdinals) {
                    return number
                }
            }
        }
        return nil
    }

    private static func number(
        _ text: [UInt8], sentence: Range<Int>, of count: Int, takesOrdinals: Bool
    ) -> Int? {
        let clauses = clauses(text, sentence)
        func named(_ clause: Range<Int>) -> Int? {
            let number = self.named(
                text, clause, of: count, takesOrdinals: takesOrdinals || decisions.stand(in: text, clause))
            return number.flatMap { (1...count).contains($0) ? $0 : nil }
        }
        for (index, clause) in clauses.enumerated().reversed()
        where choices.stand(in: text, clause.lowerBound..<min(clause.upperBound + 1, sentence.upperBound)) {
            if let number = named(clause) { return number }
            // "Selected: [1]", "Best candidate: 2"
            guard index + 1 < clauses.count else { continue }
            let next = text.trimmed(clauses[index + 1])
            // Also as a key: "3️⃣".
            if let first = next.first, text[first].isDigit,
                !text[next].dropFirst().contains(where: { $0 < 0x80 && $0.isNamePart })
            {
                let number = Int(text[first] &- UInt8(ascii: "0"))
                return (1...count).contains(number) ? number : nil
            }
            if let number = named(next) { return number }
        }
        // "Option A, which is the best.", "Option B handles ties, use it."
        return clauses.lazy.compactMap(named).first
    }

    /// Words that may tell the chosen statement from the others, the likeliest first: `EXISTS` in "My final answer is the
    /// EXISTS version."
    static func words(_ text: [UInt8], _ range: Range<Int>) -> [ArraySlice<UInt8>] {
        sentences(text, range).filter { !text.holds(denials, in: $0) }.reversed().filter { choices.stand(in: text, $0) }
            .flatMap { sentence in
                let words = text[sentence].split { !$0.isNamePart }
                let nouns = words.indices.filter { isNoun(text, words[$0].indices) && $0 > words.startIndex }
                let others = decisions.stand(in: text, sentence) ? words : []
                return (nouns.map { words[$0 - 1] }.reversed() + others).prefix(mostWords).filter { word in
                    word.count > 2 && word.allSatisfy { $0.isLetter && $0.uppercased == $0 }
                }
            }
    }

    /// Whether it is said of the statement before it that it is the one: "✅ best choice".
    static func endorses(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var words = range
        while let first = words.first, " \t|(*_`:-".utf8.contains(text[first]) { words.removeFirst() }
        return endorsements.begin(text, words) && !text.holds(denials + [" but "], in: words)
    }

    /// Sentences that do not depend on what is wanted.
    private static func sentences(_ text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        parts(text, range, ".;!\n").filter { sentence in
            !conditions.begin(text, sentence.drop { !text[$0].isNamePart })
        }
    }

    /// Parts of a sentence that speak against nothing.
    private static func clauses(_ text: [UInt8], _ sentence: Range<Int>) -> [Range<Int>] {
        parts(text, sentence, ",:").filter { !text.holds(denials, in: $0) && !conditions.stand(in: text, $0) }
    }

    private static func parts(_ text: [UInt8], _ range: Range<Int>, _ signs: String) -> [Range<Int>] {
        range.split { signs.utf8.contains(text[$0]) || text.has("，", at: $0) || text.has("。", at: $0) }
    }

    /// The number of the statement that is named first.
    private static func named(_ text: [UInt8], _ range: Range<Int>, of count: Int, takesOrdinals: Bool) -> Int? {
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
            let isLast = !text[position..<range.upperBound].contains(where: \.isNamePart)
            // "The best solution I found"
            let isNumeral = isAfterNoun && (word.count > 1 || isLast)
            if isNumeral, let index = romanNumerals.firstIndex(where: { text.spells($0, in: word) }) {
                return index + 1
            }
            if word.count == 1 {
                let isBracketed =
                    (text.has("(", at: start - 1) || text.has("[", at: start - 1))
                    && (text.has(")", at: position) || text.has("]", at: position))
                    || text.has("*", at: start - 1) && text.has("*", at: position)
                    || start == text.trimmed(range).lowerBound && text.has(" is ", at: position)
                if isAfterNoun || isBracketed || text.has("#", at: start - 1), text[start].isDigit {
                    return Int(text[start] &- UInt8(ascii: "0"))
                }
                // "Option A", "candidate (b)", "I'd go with A".
                let isLastCapital = isLast && text[start] < 0x60
                let letter = text[start].uppercased
                if isAfterNoun && text[start] == letter || isBracketed || isLastCapital, (0x41...0x45).contains(letter)
                {
                    return Int(letter) - 0x40
                }
            }
            if text.spells("FORMER", in: word) { return 1 }
            if text.spells("LATTER", in: word) { return 2 }
            isAfterNoun = isNoun(text, word)
            if isAfterNoun || text.spells("ONE", in: word), let ordinal { return ordinal }
            guard takesOrdinals else { continue }
            ordinal = ordinals.firstIndex { text.spells($0, in: word) }.map { $0 + 1 }
            if text.spells("MIDDLE", in: word), count == 3 { ordinal = 2 }
            if text.spells("LAST", in: word) { ordinal = count }
        }
        return decisions.stand(in: text, range) ? ordinal : nil
    }

    /// "Q2", "v2", "Variante2", "方法一".
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
        let isNoun = text.spells("Q", in: noun) || text.spells("V", in: noun) || isNoun(text, noun)
        return isNoun ? Int(text[last] &- UInt8(ascii: "0")) : nil
    }

    private static func isNoun(_ text: [UInt8], _ word: Range<Int>) -> Bool {
        nouns.contains { text.spells($0, in: word) }
    }

    private static let choices = Phrases([
        "recommend*", "hence", "suggest*", "best", "selected", "i pick", "my pick", "i'd pick", "pick option",
        "prefer*",
        "choose", "chosen", "choice", "answer:", "answer is", "final:", "what we need", "what is asked", "go with",
        "go for", "final answer", "final choice", "final query", "the correct",
        "is correct", "correct one", "right one", "use", "use it",
        "use option",
        "use query", "use number", "use version", "use variant", "use method", "use approach", "should use",
        "would use", "i'd use",
        "take (", "take option", "query stands", "one stands", "is the one", "the one i", "is the answer",
        "answers your question", "answers the question",
        "answer with", "is what you want", "is what the question", "literally asks", "what was asked", "what you asked",
        "all you need", "should be executed", "submit", "hand in", "please run", "empfehle", "bevorzug*",
        "am besten", "würde ich", "ich nehme", "recomiendo", "usaría", "prefiero", "elegiría", "recommande", "préfère",
        "choisirais", "recomendo", "usaria", "prefiro", "consiglio", "userei", "preferisco", "рекоменд*", "推荐", "建议",
    ])
    /// Said by who chooses: then an ordinal alone names a statement, and a word of SQL may.
    private static let decisions = Phrases([
        "i recommend", "right one", "i suggest", "i pick", "my pick", "i'd", "i would", "i'll", "i will", "i prefer",
        "i choose",
        "my choice", "my final answer", "final answer", "go with", "use the", "is the one", "the one i",
        "is the answer", "answers your question", "answers the question",
        "answer with", "is what you want", "literally asks", "selected", "please run", "würde ich", "ich nehme",
        "empfehle ich",
        "usaría", "prefiero", "je choisirais", "je recommande", "推荐", "建议",
    ])
    private static let denials: [StaticString] = [
        " not ", "n't ", "n\u{2019}t ", "ignore", "disregard", "sorry about", "missed", "dropped", "problem with",
        "mistake", "index ", "incorrect", "wrong", "instead of", "rather than", "never",
    ]
    private static let conditions = Phrases([
        "if you", "if ties", "if a", "if the", "if only", "if there", "when", "whenever", "in case", "unless",
        "for older",
        "for large", "for best performance",
    ])
    private static let endorsements = Phrases([
        "recommended", "preferred", "best", "✅", "correct", "final answer", "is correct", "is the answer",
        "is recommended",
    ])
    /// In capitals but for letters beyond ASCII.
    private static let nouns: [StaticString] = [
        "OPTION", "CANDIDATE", "STATEMENT", "QUERY", "ATTEMPT", "SOLUTION", "VERSION", "APPROACH", "ANSWER",
        "INTERPRETATION", "TRY",
        "METHOD", "NUMBER", "READING", "VARIANT", "DESIGN", "POSSIBILITY", "VARIANTE", "ABFRAGE", "LöSUNG", "OPCIóN",
        "CONSULTA", "SOLUCIóN", "REQUêTE", "OPçãO", "OPZIONE", "VERSIONE", "вариант", "Вариант",
    ]
    private static let mostWords = 32
    private static let numerals: [StaticString] = ["一", "二", "三"]
    private static let romanNumerals: [StaticString] = ["I", "II", "III", "IV"]
    private static let ordinals: [StaticString] = ["FIRST", "SECOND", "THIRD", "FOURTH"]
}
