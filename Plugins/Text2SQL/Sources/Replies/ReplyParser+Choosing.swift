extension ReplyParser {
    /// The statement that was meant: the last that is stated as the answer, unless the words around it say otherwise.
    ///
    /// - Parameter range: the part of the reply in which they were found.
    static func choose(_ found: [Candidate], _ text: [UInt8], _ range: Range<Int>) -> Candidate? {
        let found = found.sorted { $0.place.lowerBound < $1.place.lowerBound }
        var best: Candidate?
        var isRecommended = false
        var previousEnd = range.lowerBound
        for candidate in found {
            let introduction = previousEnd..<max(previousEnd, candidate.place.lowerBound)
            previousEnd = candidate.place.upperBound
            guard let current = best else {
                best = candidate
                isRecommended = Cue.recommends(text, introduction)
                continue
            }
            if NextTurn.begins(text, introduction) { return best }
            if candidate.isAside || isPart(candidate, of: current) && !Cue.corrects(text, introduction) { continue }
            if Cue.offersAlternative(text, introduction), !current.isAside { continue }
            // A repetition that was cut may still be a statement, but not the one that was meant.
            if candidate.isOpen, current.sql.hasPrefix(candidate.sql) { continue }
            if isRecommended, !Cue.corrects(text, introduction) { continue }
            if current.isAside || rank(candidate) >= rank(current) {
                best = candidate
                isRecommended = isRecommended || Cue.recommends(text, introduction)
            }
        }
        guard found.count > 1 else { return best }
        let rest = previousEnd..<max(previousEnd, range.upperBound)
        return chosen(of: found, text, rest) ?? announced(of: found, text, range) ?? best
    }

    /// The statement that the words behind all of them choose.
    private static func chosen(of found: [Candidate], _ text: [UInt8], _ range: Range<Int>) -> Candidate? {
        if let number = Choice.number(text, range), found.indices.contains(number - 1) { return found[number - 1] }
        guard let word = Choice.word(text, range) else { return nil }
        let named = found.filter { candidate in
            candidate.sql.utf8.split { !$0.isNamePart }.contains { $0.elementsEqual(word) { $0.uppercased == $1 } }
        }
        return named.count == 1 ? named[0] : nil
    }

    /// The statement that the words before all of them choose: "The best query is the first one below."
    private static func announced(of found: [Candidate], _ text: [UInt8], _ range: Range<Int>) -> Candidate? {
        let before = range.lowerBound..<max(range.lowerBound, found[0].place.lowerBound)
        guard text.holds(["below"], in: before), let number = Choice.number(text, before) else { return nil }
        return found.indices.contains(number - 1) ? found[number - 1] : nil
    }

    /// Whether a statement is part of another, which is being explained: in parentheses, or one that UNION or the like
    /// connects.
    private static func isPart(_ candidate: Candidate, of whole: Candidate) -> Bool {
        // White space aside: a part that is explained has an indentation of its own.
        var part = candidate.sql.utf8.filter { !$0.isSpace }
        while part.last == UInt8(ascii: ";") { part.removeLast() }
        let text = whole.sql.utf8.filter { !$0.isSpace }
        guard part.count < text.count else { return false }
        return (0...(text.count - part.count)).contains { start in
            let end = start + part.count
            guard text[start..<end].elementsEqual(part) else { return false }
            if text.has("(", at: start - 1) {
                // The explanation may be cut off within it.
                return candidate.isOpen || text.has(")", at: end)
            }
            let connectors: [StaticString] = ["UNION", "INTERSECT", "EXCEPT"]
            return start == 0
                && connectors.contains { connector in
                    let length = connector.utf8CodeUnitCount
                    return end + length <= text.count && text.spells(connector, in: end..<end + length)
                }
        }
    }

    /// The one of several statements that the words behind them choose.
    static func chosenStatement(of several: Candidate, _ text: [UInt8], _ range: Range<Int>) -> String? {
        let end = min(several.place.upperBound, range.upperBound)
        let before = range.lowerBound..<max(range.lowerBound, several.place.lowerBound)
        let announced = text.holds(["below"], in: before) ? Choice.number(text, before) : nil
        guard let number = Choice.number(text, end..<range.upperBound) ?? announced else { return nil }
        let sql = Array(several.sql.utf8)
        var statements: [Range<Int>] = []
        var start: Int?
        var tokens = Tokenizer(sql)
        while let token = tokens.nextSignificant() {
            if token.kind == .semicolon {
                if let start { statements.append(start..<token.range.upperBound) }
                start = nil
            } else if start == nil {
                start = token.range.lowerBound
            }
        }
        if let start { statements.append(start..<sql.count) }
        guard statements.indices.contains(number - 1) else { return nil }
        return String(decoding: sql[statements[number - 1]], as: UTF8.self)
    }

    /// A query that breaks off takes back what stood before it: it was going to be the answer.
    private static func rank(_ candidate: Candidate) -> Int {
        switch candidate.quality {
        case .complete, .truncated: candidate.isQuery ? 3 : 2
        case .malformed: candidate.isQuery ? 1 : 0
        }
    }
}
