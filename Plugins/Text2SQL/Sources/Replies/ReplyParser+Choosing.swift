extension ReplyParser {
    /// The statement that was meant, of those found in `range`: the one that the words around them choose; else the first,
    /// unless a later one is stated to take its place or goes on with it.
    static func choose(_ found: [Candidate], _ text: [UInt8], _ range: Range<Int>) -> Candidate? {
        let found = firstTurn(of: found.sorted { $0.place.lowerBound < $1.place.lowerBound }, text)
        guard let first = found.first, let last = found.last else { return nil }
        guard found.count > 1 else { return first }
        let before = range.lowerBound..<max(range.lowerBound, first.place.lowerBound)
        let behind = min(last.place.upperBound, range.upperBound)..<range.upperBound
        let stated = stated(of: found, text, from: range.lowerBound)
        if let chosen = chosen(of: found, text, behind, isStated: stated.isStated) { return chosen }
        if stated.isStated { return stated.candidate }
        return announced(of: found, text, before) ?? endorsed(of: found, text) ?? stated.candidate
    }

    /// Those that stand before the model goes on with a question of its own.
    private static func firstTurn(of found: [Candidate], _ text: [UInt8]) -> [Candidate] {
        let next = found.indices.dropFirst().first { NextTurn.begins(text, introduction(of: $0, in: found)) }
        return Array(found.prefix(upTo: next ?? found.endIndex))
    }

    /// What stands between a statement and the one before it.
    private static func introduction(of index: Int, in found: [Candidate]) -> Range<Int> {
        let start = found[index - 1].place.upperBound
        return start..<max(start, found[index].place.lowerBound)
    }

    // MARK: Stated

    /// The one that nothing behind it takes the place of.
    ///
    /// - Parameter start: of the words before the first.
    private static func stated(of found: [Candidate], _ text: [UInt8], from start: Int) -> (
        candidate: Candidate, isStated: Bool
    ) {
        var best = found[0]
        var isDraft = Cue.announcesDraft(text, start..<max(start, best.place.lowerBound)) || Cue.isDraft(best)
        var isStated = false
        for index in found.indices.dropFirst() {
            let candidate = found[index]
            let introduction = introduction(of: index, in: found)
            let cue = Cue.of(text, introduction, isInline: !found[index - 1].isInCode)
            // What is stated to be the answer is not replaced by a longer one.
            let isLonger =
                !isStated && [found[0], best].contains { Containment.extends(candidate, $0) }
            if replaces(candidate, best, cue, isDue: isDraft || isLonger) {
                best = candidate
                isDraft = Cue.isDraft(candidate)
                isStated = cue == .answer
            }
        }
        return (best, isStated)
    }

    /// - Parameter isDue: another statement is to come.
    private static func replaces(_ candidate: Candidate, _ current: Candidate, _ cue: Cue?, isDue: Bool) -> Bool {
        if candidate.isAside { return current.isAside && cue == .answer }
        if current.isAside || rank(candidate) > rank(current) { return true }
        if cue == .aside || rank(candidate) < rank(current) { return false }
        // A repetition that was cut may still be a statement, but not the one that was meant.
        if candidate.isOpen, current.sql.hasPrefix(candidate.sql) { return false }
        if cue != .answer, Containment.isPart(candidate, of: current) || Containment.extends(current, candidate) {
            return false
        }
        return cue != nil || isDue || current.isOpen
    }

    /// A query that breaks off takes back what stood before it: it was going to be the answer.
    private static func rank(_ candidate: Candidate) -> Int {
        switch candidate.quality {
        case .complete, .truncated: candidate.isQuery ? 3 : 2
        case .malformed: candidate.isQuery ? 1 : 0
        }
    }

    // MARK: Chosen

    /// The statement that the words behind all of them choose.
    private static func chosen(
        of found: [Candidate], _ text: [UInt8], _ range: Range<Int>, isStated: Bool
    ) -> Candidate? {
        if let number = Choice.number(text, range, of: found.count, isStated: isStated) { return found[number - 1] }
        if isStated { return nil }
        let words = Choice.words(text, range)
        guard !words.isEmpty else { return nil }
        let named = found.map { candidate in
            Set(candidate.sql.utf8.split { !$0.isNamePart }.map { $0.map(\.uppercased) })
        }
        return words.lazy.compactMap { word in
            let those = found.indices.filter { named[$0].contains(Array(word)) }
            return those.count == 1 ? found[those[0]] : nil
        }.first
    }

    /// The statement that the words before all of them choose: "The best query is the first one below."
    private static func announced(of found: [Candidate], _ text: [UInt8], _ range: Range<Int>) -> Candidate? {
        Choice.number(text, range, of: found.count, isAnnounced: true).map { found[$0 - 1] }
    }

    /// The only statement of which it is said behind it: "| `SELECT …` | **recommended** |".
    private static func endorsed(of found: [Candidate], _ text: [UInt8]) -> Candidate? {
        let endorsed = found.indices.filter { index in
            guard !found[index].isInCode else { return false }
            let end = index + 1 < found.count ? introduction(of: index + 1, in: found).upperBound : text.count
            let remark = (found[index].place.upperBound..<end).prefix { !".\n".utf8.contains(text[$0]) }
            return Choice.endorses(text, remark)
        }
        return endorsed.count == 1 ? found[endorsed[0]] : nil
    }

    /// The one of several statements that the words behind them choose.
    static func chosenStatement(of several: Candidate, _ text: [UInt8], _ range: Range<Int>) -> String? {
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
        let end = min(several.place.upperBound, range.upperBound)
        let before = range.lowerBound..<max(range.lowerBound, several.place.lowerBound)
        let announced = text.holds(["below"], in: before) ? Choice.number(text, before, of: statements.count) : nil
        guard let number = Choice.number(text, end..<range.upperBound, of: statements.count) ?? announced else {
            return nil
        }
        return String(decoding: sql[statements[number - 1]], as: UTF8.self)
    }
}
