/// What the words between two statements say of the second.
enum Cue {
    /// "That is wrong. The correct query is …": it takes the place of the one before.
    case answer
    /// "Step 2: …": as before, unless it is a part of the one before, which is being explained.
    case step
    /// "An alternative is …", "To check it, run …": it is not what was asked for.
    case aside

    /// The sentence right before the statement counts; where it says nothing, those before it, the nearest first.
    ///
    /// - Parameter isInline: the statement before stands in a line of text, whose rest only speaks of that statement.
    static func of(_ text: [UInt8], _ introduction: Range<Int>, isInline: Bool) -> Cue? {
        var sentences = sentences(text, introduction)
        var remark: Range<Int>?
        if isInline, let first = sentences.first, !text[introduction.lowerBound..<first.lowerBound].contains(0x0A) {
            remark = sentences.removeFirst()
        }
        let isOver = remark.map { text[$0.upperBound..<introduction.upperBound].contains(0x0A) } ?? true
        guard let last = sentences.last ?? (isOver ? nil : remark) else {
            return remark.flatMap { objections.stand(in: text, $0) ? .answer : nil }
        }
        if sentences.suffix(2).contains(where: { starts.begin(text, $0) }) { return .answer }
        // "❌ SELECT …": on the line of the statement it speaks of that one.
        let isOnLine = !text[last.upperBound..<introduction.upperBound].contains(0x0A)
        if isOnLine, let cue = ofMark(text, last) { return cue }
        if let cue = ofIntroduction(text, last) { return cue }
        if let cue = sentences.dropLast().reversed().lazy.compactMap({ ofRemark(text, $0) }).first { return cue }
        if let remark, objections.stand(in: text, remark) { return .answer }
        return purposes.begin(text, last) ? .aside : nil
    }

    /// Whether what follows an answer in a block of code is stated to be the answer itself: "Corrected: `SELECT …`". Code within
    /// a sentence is no more than an example in it.
    static func corrects(_ text: [UInt8], _ introduction: Range<Int>) -> Bool {
        guard var last = sentences(text, introduction).last, ofIntroduction(text, last) == .answer,
            corrections.stand(in: text, last) || answers.stand(in: text, last)
        else { return false }
        if introduction.last.map({ text[$0] == 0x0A }) ?? false { return true }
        while let sign = last.last, "`*\"' ".utf8.contains(text[sign]) { last.removeLast() }
        let words = text[last].split { !$0.isNamePart }
        return last.last.map { text[$0] == UInt8(ascii: ":") } ?? false
            || words.last.map { verbs.stand(in: text, $0.indices) } ?? false
    }

    /// "My first idea was:", "MySQL:": what is before the first statement says that another follows.
    static func announcesDraft(_ text: [UInt8], _ introduction: Range<Int>) -> Bool {
        guard let last = sentences(text, introduction).last else { return false }
        // "Instead of `SELECT …` write `SELECT …`."
        if text[last].count <= 12, comparisons.begin(text, last) { return true }
        return drafts.stand(in: text, last) || dialects.stand(in: text, last) && !sqlite.stand(in: text, last)
    }

    /// "-- wrong: counts all of them", right before a statement.
    static func isDraft(_ candidate: Candidate) -> Bool {
        guard candidate.sql.hasPrefix("--") else { return false }
        let line = Array(candidate.sql.utf8.prefix { $0 != 0x0A })
        return drafts.stand(in: line, 0..<line.count)
    }

    // MARK: Sentences

    private static func ofMark(_ text: [UInt8], _ sentence: Range<Int>) -> Cue? {
        text.has("❌", at: sentence.lowerBound) ? .aside : text.has("✅", at: sentence.lowerBound) ? .answer : nil
    }

    private static func ofIntroduction(_ text: [UInt8], _ sentence: Range<Int>) -> Cue? {
        if negatives.stand(in: text, sentence) { return .aside }
        if dialects.stand(in: text, sentence), !sqlite.stand(in: text, sentence) { return .aside }
        if openers.stand(in: text, sentence) { return .aside }
        if corrections.stand(in: text, sentence) { return .answer }
        // "Use `SELECT …` to get both."
        if text[sentence].filter(\.isNamePart).map(\.uppercased) == Array("USE".utf8) { return .answer }
        if isConditional(text, sentence) { return .aside }
        if answers.stand(in: text, sentence) { return .answer }
        if asides.stand(in: text, sentence) { return .aside }
        if objections.stand(in: text, sentence) || sqlite.stand(in: text, sentence) { return .answer }
        return steps.begin(text, sentence) ? .step : nil
    }

    private static func ofRemark(_ text: [UInt8], _ sentence: Range<Int>) -> Cue? {
        if strongObjections.stand(in: text, sentence) || starts.begin(text, sentence) { return .answer }
        let isAside = [openers, asides].contains { $0.stand(in: text, sentence) }
        return isAside ? .aside : nil
    }

    /// "If names repeat, use:", "Or if they do:"
    private static func isConditional(_ text: [UInt8], _ sentence: Range<Int>) -> Bool {
        if conditions.begin(text, sentence) { return true }
        guard connectives.begin(text, sentence) else { return false }
        let rest = sentence.drop { text[$0].isNamePart }.drop { !text[$0].isNamePart }
        return conditions.begin(text, rest)
    }

    /// Sentences and lines that hold words, without marks, numbers and letters of lists before them.
    private static func sentences(_ text: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var sentences: [Range<Int>] = []
        var start = range.lowerBound
        for position in range {
            let isLast = position + 1 == range.upperBound
            let isEnd =
                text[position] == 0x0A || text.has("。", at: position)
                || ".!?".utf8.contains(text[position]) && !isLast && text[position + 1].isSpace
                    && !isAbbreviation(text, position)
            guard isEnd || isLast else { continue }
            var sentence = text.trimmed(start..<position + 1)
            while let first = sentence.first, !text[first].isLetter || text.has(")", at: first + 1), text[first] < 0x80
            {
                sentence.removeFirst()
            }
            // A picture.
            while let first = sentence.first, text[first] == 0xF0 { sentence = text.trimmed(sentence.dropFirst(4)) }
            if !sentence.isEmpty { sentences.append(sentence) }
            start = position + 1
        }
        return sentences
    }

    /// "z. B.", "e. g."
    private static func isAbbreviation(_ text: [UInt8], _ position: Int) -> Bool {
        position > 1 && text[position - 1].isLetter && !text[position - 2].isNamePart
    }

    // MARK: Phrases

    /// What stood before is no answer, wherever it is said.
    private static let strongObjections = Phrases(strong)
    private static let strong: [StaticString] = [
        "oops", "on reflection", "on second thought", "hold on", "that's wrong", "that is wrong", "this is wrong",
        "it is wrong", "made a mistake", "made an error", "would raise an error", "my mistake", "doesn't work",
        "does not work", "won't work", "that fails", "no such column",
        "no such table", "no such function",
        "this fails", "it fails", "not quite", "not right", "not the question", "❌", "leider", "falsch", "faux",
        "no es correcto", "sbagliat*", "неправильн*", "但是", "不对", "错误", "間違*",
    ]
    /// The same, where a sentence begins so.
    private static let starts = Phrases([
        "wait", "no wait", "correction*", "corrected*", "hmm", "oops", "sorry", "on second thought", "on reflection",
        "hold on",
        "no -", "no:", "no,", "but",
        "actually", "let me try", "i need to", "we should", "attention,", "still missing", "das ist aber",
        "stattdessen", "pero", "mais", "aber", "mas",
    ])
    /// The same, right before the next statement.
    private static let objections = Phrases(
        strong + [
            "wait", "hmm", "sorry", "mistake", "wrong", "incorrect", "not correct", "error:", "an error", "misses",
            "still missing", "impossible", "invalid", "not allowed", "too loose", "too strict", "no -", "no:",
            "no,", "but that", "but this", "but it", "but then", "but since", "but we", "i need to", "i have to",
            "has no ", "one more time", "again:", "let me try", "nicht zulässig", "das ist aber", "stattdessen",
            "attention,", "we should",
        ])
    private static let corrections = Phrases([
        "corrected*", "correction*", "correct query", "correct statement", "correct sql", "correct version",
        "correct answer", "correct one", "correct reading", "correct way", "right query", "fix", "fixed", "fixing",
        "rewritten", "revised", "edit:", "richtig", "korrigiert*", "korrekt*", "corrigé*", "correcta", "correta",
        "corregid*", "corretta", "corrigid*", "исправленн*", "Исправленн*", "правильн*", "Правильн*", "正确", "修正",
        "正しい",
    ])
    private static let answers = Phrases([
        "improved", "boxed{", "i'd change", "query is therefore", "query you need", "query you want", "updated query",
        "updated version", "simplified to", "should really be", "reads as follows", "should be", "let's use",
        "final:", "final answer", "final query", "final statement", "final sql", "final version", "final one",
        "recommended", "preferred", "right one", "best:", "answer is", "my answer", "main query", "so the query",
        "so the final", "so the answer", "so the correct", "instead:", "instead, use", "use instead", "so use",
        "i'd use", "this is better", "better to write", "go with", "going with", "settle on", "one statement to run",
        "after:", "do this:", "new query", "new version", "copy-paste version", "all in one", "does the job",
        "for sqlite use", "second try", "third try", "next try",
        "new attempt", "attempt 2", "attempt 3", "try 2", "try 3", "try or", "try and", "try this", "besser ist",
        "endgültig*", "il faut", "mejor así", "最终", "应该", "actually,", "(final)", "final>", "answer>", "besser:",
        "in one statement", "the answer to",
    ])
    private static let steps = Phrases([
        "step", "sub-question", "sub-problem", "sub-task", "part 2", "part 3", "part 4", "then", "next", "now",
        "finally", "combin*", "putting", "plug*",
        "adding", "therefore", "thus", "full query", "full solution", "full statement", "full sql", "whole thing",
        "whole query", "whole statement", "complete query", "complete solution", "complete statement", "complete sql",
        "answer:", "schritt", "étape", "paso", "passo", "步骤", "第二步", "因此", "所以",
    ])
    /// Whatever else is said of it.
    private static let openers = Phrases([
        "alternativ*", "another", "equivalent*", "optional*", "you can also", "you could also", "could also",
        "can also", "other way*", "other option*",
    ])
    private static let asides = Phrases([
        "you could", "you can", "you might", "could be", "if you", "if only", "in case", "or, if", "or simply",
        "variant*", "variation*", "is not needed", "not necessary", "different question", "earlier idea",
        "earlier attempt", "first idea", "previous attempt", "i chose", "form below", "performance", "faster",
        "shorter", "the same", "same thing", "same result", "in contrast", "shorthand", "portable", "commentary",
        "consider", "followed by", "p.s.", "check*", "verif*", "sanity", "inspect", "look at", "to test", "can test",
        "to make sure", "to be sure", "to see", "to count them", "to sort", "to compare", "compare with",
        "compare it", "for comparison", "for reference", "note that", "note:", "example", "expected output",
        "sample output", "kontrolle", "vergleich*", "überprüf*", "hinweis", "anmerkung", "falls", "oder", "ebenso",
        "comprobar", "vérifi*", "controll*", "ou bien", "o bien", "或者", "也可以", "另一种",
    ])
    /// Never what was meant, whatever else is said.
    private static let negatives = Phrases([
        "would be wrong", "wrong version", "wrong one", "mistake would be", "common mistake", "do not use",
        "don't use", "do not do", "don't do", "beware", "pitfall", "tempting",
    ])
    private static let dialects = Phrases([
        "mysql", "postgres", "postgresql", "sql server", "oracle", "mariadb", "bigquery", "snowflake",
    ])
    private static let sqlite = Phrases([
        "in sqlite", "for sqlite", "with sqlite", "sqlite:", "sqlite version", "sqlite syntax",
    ])
    /// "If you would rather count visits, use:"
    private static let conditions = Phrases([
        "if", "when", "whenever", "in case", "should you", "falls", "wenn", "si", "se", "如果",
    ])
    private static let connectives = Phrases(["or", "and", "but", "however", "note", "tip", "also"])
    private static let verbs = Phrases(["is", "use", "be", "it's"])
    /// "To keep duplicates:"
    private static let purposes = Phrases(["to", "um", "para", "pour", "per"])
    private static let comparisons = Phrases(["instead of", "rather than", "not"])
    private static let drafts = Phrases([
        "first attempt", "first try", "first idea", "first thought", "first draft", "first version", "attempt 1",
        "try 1", "initial attempt", "initial version", "initial query", "initial idea", "naive attempt",
        "naive version", "naive query", "wrong:", "incorrect:", "bad:", "original:", "your query:", "does not work:",
        "doesn't work:", "häufiger fehler", "zunächst", "erster versuch", "première version", "primer intento", "一开始",
        "common mistake", "mistake would be", "tempting", "mein erster entwurf", "don't do", "do not do", "don't use",
        "do not use", "before:", "old query", "old version", "❌",
    ])
}
