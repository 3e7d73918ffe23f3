/// What the words before a statement say of it, where another stands before them.
enum Cue {
    /// "That is wrong. The correct query is …": it takes the place of the one before.
    case answer
    /// "Step 2: …": as before, unless it is a part of the one before, which is being explained.
    case step
    /// "An alternative is …", "To check it, run …": it is not what was asked for.
    case aside

    /// The words nearest to the statement count: "This fails if names repeat. A version that counts ids:".
    static func of(_ text: [UInt8], _ introduction: Range<Int>) -> Cue? {
        let sentence = lastSentence(text, introduction)
        if conditions.begin(text, sentence) { return .aside }
        return phrases.last(in: text, introduction) ?? (purposes.begin(text, sentence) ? .aside : nil)
    }

    /// "My first idea was:"
    static func announcesDraft(_ text: [UInt8], _ introduction: Range<Int>) -> Bool {
        drafts.stand(in: text, lastSentence(text, introduction))
    }

    /// "-- wrong: counts all of them", right before a statement.
    static func isDraft(_ candidate: Candidate) -> Bool {
        guard candidate.sql.hasPrefix("--") else { return false }
        let line = Array(candidate.sql.utf8.prefix { $0 != 0x0A })
        return drafts.stand(in: line, 0..<line.count)
    }

    private static let drafts = Phrases([
        "first attempt", "first try", "first idea", "first thought", "first draft", "first version", "attempt 1",
        "try 1",
        "initial", "naive", "wrong", "incorrect", "does not work", "doesn't work", "zunächst", "erster versuch",
        "première version", "primer intento",
    ])

    /// The last sentence, or the last line, without marks before it.
    private static func lastSentence(_ text: [UInt8], _ range: Range<Int>) -> Range<Int> {
        let range = text.trimmed(range)
        var start = range.upperBound
        while start > range.lowerBound {
            let isEnd =
                text[start - 1] == 0x0A
                || start < range.upperBound && text[start].isSpace && ".!?".utf8.contains(text[start - 1])
            if isEnd { break }
            start -= 1
        }
        while start < range.upperBound, text[start].isSpace || "*#>-_(".utf8.contains(text[start]) { start += 1 }
        return start..<range.upperBound
    }

    /// "If you would rather count visits, use:"
    private static let conditions = Phrases(["if ", "falls ", "wenn ", "si ", "se ", "如果"])
    /// "To keep duplicates:"
    private static let purposes = Phrases(["to ", "um ", "para ", "pour ", "per "])

    private static let phrases = Phrases<Cue>([
        (.answer, objections + replacements + conclusions), (.step, steps),
        (.aside, alternatives + checks + dialects),
    ])

    /// What stood before is no answer.
    private static let objections: [StaticString] = [
        "wait", "hold on", "still missing", "the question asks", "is needed", "i need to", "i have to", "no -", "no,",
        "no:", "stattdessen", "hmm", "oops", "sorry", "mistake",
        "wrong", "incorrect", "not right", "not correct",
        "not quite",
        "fails", "doesn't work", "does not work", "won't work", "error", "misses", "impossible", "invalid",
        "not allowed", "too loose", "too strict", "but that", "but this", "but it", "but then", "but since", "but we",
        "however", "unfortunately", "problem", "naive", "❌", "leider", "nicht zulässig", "aber", "attention", "mais",
        "pero", "ma ", "但是", "不对", "错误",
    ]
    private static let replacements: [StaticString] = [
        "correct", "fix", "rewritten", "revised", "improved", "instead:", "use instead", "instead, use", "actually,",
        "better to", "is better", "a better", "better version", "even better", "should be",
        "let's use", "let me", "try:", "try 2", "try 3", "second try", "third try", "next try", "try this", "try or",
        "try and", "new attempt", "attempt 2", "attempt 3", "redo", "one more time", "again:",
        "use this", "so use", "i'd use", "richtig", "korrigiert", "korrekt", "besser", "il faut", "corrig", "correg",
        "mejor", "应该", "正确",
        "修正",
    ]
    private static let conclusions: [StaticString] = [
        "final", "best", "recommended", "preferred", "right one", "answer:", "the answer", "answer is", "my answer",
        "main query", "sql:", "query:", "so the query", "so the final", "so the answer", "so the correct", "so, ",
        "therefore", "thus", "hence", "to sum up,", "settle on", "for sqlite use", "all in one", "in short",
        "the one", "to run", "copy-paste", "yields", "go with", "going with", "does the job", "boxed", "also lautet",
        "endgültig",
        "donc", "por tanto", "por lo tanto", "quindi", "因此", "所以", "最终",
    ]
    private static let steps: [StaticString] = [
        "step", "adding", "part 2", "part 3", "part 4", "next", "then", "now", "finally", "combin", "together",
        "putting",
        "plug", "chain", "complete", "full", "whole", "schritt", "étape", "paso", "passo", "步骤", "第二步",
    ]
    private static let alternatives: [StaticString] = [
        "alternativ", "wrong version", "beware", "avoid", "pitfall", "tempting", "common mistake", "another",
        "other way", "other option", "you could", "you can", "you might", "could also",
        "could be", "if you", "if only", "in case", "\nif ", "\nor ", "\nor,", "or, if", "or simply", "optional",
        "equivalent", "variant", "variation", "would be wrong", "do not use", "don't use", "do not do", "don't do",
        "instead of", "is not needed", "not necessary", "extra challenge", "different question", "earlier idea",
        "earlier attempt", "first idea", "previous attempt", "i chose", "form below", "performance", "faster",
        "shorter", "the same", "p.s.", "optionally", "same thing", "same result", "in contrast", "shorthand",
        "portable", "commentary",
        "consider", "followed by", "to keep", "to know", "to include", "falls ", "oder", "ebenso", "ou bien",
        "o bien", "或者", "也可以", "另一种",
    ]
    private static let checks: [StaticString] = [
        "check", "verify", "verification", "sanity", "inspect", "look at", "to test", "can test", "to make sure",
        "to be sure", "to see ", "to count them", "and to count", "to sort", "to compare", "compare with",
        "compare it", "for comparison", "for reference", "note that", "note:", "example", "expected output",
        "sample output", "kontrolle", "vergleich", "überprüf", "hinweis", "anmerkung", "comprobar", "verificar",
        "vérifier", "verificare", "controllo",
    ]
    private static let dialects: [StaticString] = [
        "mysql", "postgres", "sql server", "oracle", "mariadb", "bigquery", "snowflake",
    ]
}

extension Array where Element == UInt8 {
    /// Whether one of the phrases, given in small letters, stands in `range` in any letter case.
    func holds(_ phrases: [StaticString], in range: Range<Int>) -> Bool {
        let words = self[range].map(\.lowercased)
        return phrases.contains { words.firstIndex(of: $0, in: 0..<words.count) != nil }
    }
}
