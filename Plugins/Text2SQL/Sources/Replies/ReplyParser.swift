/// Finds the one SQL statement that a reply means.
///
/// A reply that is one query already is given back at once. Otherwise this is looked at, in this order: JSON members,
/// fences, running text. Among several statements the one counts that the words around them choose; else the first, unless
/// a later one is stated to take its place or goes on with it.
struct ReplyParser {
    private let grammar = Grammar()

    /// O(n) in the length of the reply for replies as models write them. Depends on the arguments alone.
    ///
    /// - Parameter isCut: the reply was ended by the limit of tokens, so what has no end of its own has none.
    func parse(_ text: [UInt8], isCut: Bool = false) -> ParsedReply {
        if let query = Self.whole(text, isCut) { return query }
        var answer = Markers.answer(in: text)
        answer.range = Typography.withoutPictures(text, answer.range)
        guard !answer.range.isEmpty else { return ParsedReply(answer.breaksOffThinking ? .truncated : .empty) }
        if let unmarked = BlockQuote.unquoted(text, answer.range) ?? LinePrefix.withoutPrompts(text, answer.range) {
            let range = unmarked.trimmed(0..<unmarked.count)
            return parse(unmarked, Markers.Answer(range: range, breaksOffThinking: answer.breaksOffThinking), isCut)
        }
        return parse(text, answer, isCut)
    }

    private func parse(_ text: [UInt8], _ answer: Markers.Answer, _ isCut: Bool) -> ParsedReply {
        var finder = StatementFinder(grammar: grammar)
        let found = Self.candidates(text, answer.range, &finder)
        if let chosen = Self.choose(found, text, answer.range) {
            let behind = min(chosen.place.upperBound, answer.range.upperBound)..<answer.range.upperBound
            if Self.declines(chosen)
                || !behind.isEmpty && Refusal.asksForResults(text, behind) && Self.looksAround(chosen)
                || !chosen.isInCode && !behind.isEmpty && Self.asksBack(text, answer.range, behind)
            {
                return ParsedReply(.refused)
            }
            if chosen.quality == .truncated || chosen.isOpen && (isCut || Self.isCutOff(chosen, text)) {
                return ParsedReply(.truncated)
            }
            if chosen.isSeveral, let statement = Self.chosenStatement(of: chosen, text, answer.range) {
                return ParsedReply(.ok, statement)
            }
            return ParsedReply(chosen.isSeveral ? .several : .ok, chosen.sql)
        }
        if answer.breaksOffThinking { return ParsedReply(.truncated) }
        if Refusal.isStated(in: text, answer.range) { return ParsedReply(.refused) }
        return ParsedReply(isCut && Self.beginsQuery(text, answer.range) ? .truncated : .noSQL)
    }

    /// The reply itself, if it is one query and nothing else.
    private static func whole(_ text: [UInt8], _ isCut: Bool) -> ParsedReply? {
        let range = text.trimmed(0..<text.count)
        guard let first = range.first, mayBeginQuery(text[first].uppercased),
            let query = QuickGrammar.query(text, range)
        else { return nil }
        if query.hasComments, NextTurn.begins(text, range) { return nil }
        if isCut, text[range.upperBound - 1] != UInt8(ascii: ";") { return nil }
        if query.lacksLastSource || text[range.upperBound - 1] == UInt8(ascii: "_"),
            CutOff.isLikely(text, range, isCode: false)
        {
            return ParsedReply(.truncated)
        }
        let sql = String(decoding: text[range], as: UTF8.self)
        let isUppercase = text[first] == text[first].uppercased && text[first + 1] == text[first + 1].uppercased
        return isUppercase || !Prose.isSentence(sql) ? ParsedReply(.ok, sql) : nil
    }

    /// Whether the answer begins as a query does, with whatever it goes on.
    private static func beginsQuery(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        ["SELECT ", "WITH "].contains { text.spells($0, in: range.prefix($0.utf8CodeUnitCount)) }
    }

    private static func mayBeginQuery(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "S") || byte == UInt8(ascii: "W") || byte == UInt8(ascii: "V")
    }

    // MARK: Finding

    private static func candidates(
        _ text: [UInt8], _ range: Range<Int>, _ finder: inout StatementFinder
    ) -> [Candidate] {
        let members = members(text, range, &finder)
        if !members.isEmpty { return members }
        var found: [Candidate] = []
        var prose: [Range<Int>] = []
        var position = range.lowerBound
        let fences = Fence.all(in: text, range)
        // A reply that begins with a statement, and fences that are not its own behind it.
        if let fence = fences.first, QuickGrammar.query(text, range.lowerBound..<fence.whole.lowerBound) != nil {
            found += finder.all(in: text, range.lowerBound..<fence.whole.lowerBound, .prose, breaksOff: false)
        }
        for fence in fences {
            prose.append(position..<fence.whole.lowerBound)
            position = fence.whole.upperBound
            for var candidate in statements(text, fence, &finder) {
                candidate.isAside =
                    fence.language == .program && candidate.place.lowerBound > text.trimmed(fence.content).lowerBound
                candidate.place = fence.whole
                candidate.isInCode = true
                found.append(candidate)
            }
        }
        prose.append(position..<range.upperBound)
        let isAnswered = found.contains { $0.quality == .complete }
        for stretch in isAnswered ? prose.suffix(1) : prose[...] {
            let breaksOff = stretch.upperBound == range.upperBound
            let more = finder.all(in: text, stretch, .prose, breaksOff: breaksOff)
            found +=
                isAnswered ? corrections(among: more, text, from: stretch.lowerBound) : more
        }
        return found
    }

    /// Of statements in the words behind a block of code, those that are stated to be the answer.
    private static func corrections(among found: [Candidate], _ text: [UInt8], from start: Int) -> [Candidate] {
        var previousEnd = start
        return found.filter { candidate in
            defer { previousEnd = candidate.place.upperBound }
            return Cue.corrects(text, previousEnd..<max(previousEnd, candidate.place.lowerBound))
        }
    }

    private static func statements(_ text: [UInt8], _ fence: Fence, _ finder: inout StatementFinder) -> [Candidate] {
        if fence.language == .diff, let result = LinePrefix.afterDiff(text, text.trimmed(fence.content)) {
            return finder.all(in: result, 0..<result.count, .code, breaksOff: !fence.isClosed)
        }
        return finder.all(in: text, fence.content, .code, breaksOff: !fence.isClosed)
    }

    private static func members(
        _ text: [UInt8], _ range: Range<Int>, _ finder: inout StatementFinder
    ) -> [Candidate] {
        JSONAnswer.all(in: text, range).flatMap { member in
            finder.all(in: member.value, 0..<member.value.count, .code, breaksOff: !member.isClosed).map { candidate in
                var candidate = candidate
                candidate.place = member.range
                candidate.isInCode = true
                // A string without an end was cut, even where SQL could end.
                if !member.isClosed, !candidate.sql.hasSuffix(";") { candidate.quality = .truncated }
                return candidate
            }
        }
    }

    /// Whether a query reads nothing and only says that there is no answer: `SELECT 'I cannot answer this'`.
    private static func declines(_ candidate: Candidate) -> Bool {
        guard candidate.isQuery, !Prose.hasSource(candidate.sql) else { return false }
        let sql = Array(candidate.sql.utf8)
        return Refusal.isStated(in: sql, 0..<sql.count)
    }

    /// Whether a statement only finds out which tables there are.
    private static func looksAround(_ candidate: Candidate) -> Bool {
        let sql = Array(candidate.sql.utf8)
        return sql.holds(["sqlite_master", "sqlite_schema", "pragma"], in: 0..<sql.count)
    }

    /// Whether a statement was only mentioned: no answer can be given, or something is asked, before more is known.
    private static func asksBack(_ text: [UInt8], _ range: Range<Int>, _ behind: Range<Int>) -> Bool {
        Refusal.asksBack(text, behind)
            && (Refusal.isStated(in: text, range) || text[range].contains(UInt8(ascii: "?")))
    }

    /// Whether a statement without an end breaks off where its grammar would allow it to end.
    private static func isCutOff(_ candidate: Candidate, _ text: [UInt8]) -> Bool {
        guard candidate.isQuery else { return false }
        let sql = Array(candidate.sql.utf8)
        let isInCode = candidate.isInCode || text.has(">", at: candidate.place.lowerBound - 1)
        return CutOff.isLikely(sql, 0..<sql.count, isCode: isInCode)
    }
}
