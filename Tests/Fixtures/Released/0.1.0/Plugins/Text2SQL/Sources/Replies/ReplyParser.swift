/// Finds the one SQL statement that a reply means.
///
/// Looked at in this order: JSON members, fences, running text. Among several statements a later one counts for more
/// than an earlier one, unless it is introduced as an alternative.
struct ReplyParser {
    private let grammar = Grammar()

    /// O(n) in the length of the reply for replies as models write them. Depends on the reply alone.
    func parse(_ text: [UInt8]) -> ParsedReply {
        let answer = Markers.answer(in: text)
        guard !answer.range.isEmpty else { return ParsedReply(answer.breaksOffThinking ? .truncated : .empty) }
        var finder = StatementFinder(grammar: grammar)
        let found = Self.candidates(text, answer.range, &finder)
        if let chosen = Self.choose(found, text, answer.range) {
            if chosen.quality == .truncated { return ParsedReply(.truncated) }
            return ParsedReply(chosen.isSeveral ? .several : .ok, chosen.sql)
        }
        if answer.breaksOffThinking { return ParsedReply(.truncated) }
        return ParsedReply(Refusal.isStated(in: text, answer.range) ? .refused : .noSQL)
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
        for fence in Fence.all(in: text, range) {
            prose.append(position..<fence.whole.lowerBound)
            position = fence.whole.upperBound
            for var candidate in finder.all(in: text, fence.content, .code, breaksOff: !fence.isClosed) {
                candidate.place = fence.whole
                found.append(candidate)
            }
        }
        prose.append(position..<range.upperBound)
        let isAnswered = found.contains { $0.quality == .complete }
        for stretch in isAnswered ? prose.suffix(1) : prose[...] {
            let breaksOff = stretch.upperBound == range.upperBound
            let more = finder.all(in: text, stretch, .prose, breaksOff: breaksOff)
            found += isAnswered ? more.filter { Cue.corrects(text, stretch.lowerBound..<$0.place.lowerBound) } : more
        }
        return found
    }

    private static func members(
        _ text: [UInt8], _ range: Range<Int>, _ finder: inout StatementFinder
    ) -> [Candidate] {
        JSONAnswer.all(in: text, range).flatMap { member in
            finder.all(in: member.value, 0..<member.value.count, .code, breaksOff: !member.isClosed).map { candidate in
                var candidate = candidate
                candidate.place = member.range
                // A string without an end was cut, even where SQL could end.
                if !member.isClosed, !candidate.sql.hasSuffix(";") { candidate.quality = .truncated }
                return candidate
            }
        }
    }

    // MARK: Choosing

    private static func choose(_ found: [Candidate], _ text: [UInt8], _ range: Range<Int>) -> Candidate? {
        let found = found.sorted { $0.place.lowerBound < $1.place.lowerBound }
        var best: Candidate?
        var previousEnd = range.lowerBound
        for candidate in found {
            let introduction = previousEnd..<max(previousEnd, candidate.place.lowerBound)
            previousEnd = candidate.place.upperBound
            guard let current = best else {
                best = candidate
                continue
            }
            if Cue.offersAlternative(text, introduction) { continue }
            // A repetition that was cut may still be a statement, but not the one that was meant.
            if candidate.isOpen, current.sql.hasPrefix(candidate.sql) { continue }
            if rank(candidate) >= rank(current) { best = candidate }
        }
        return best
    }

    /// A query that breaks off takes back what stood before it: it was going to be the answer.
    private static func rank(_ candidate: Candidate) -> Int {
        switch candidate.quality {
        case .complete, .truncated: candidate.isQuery ? 3 : 2
        case .malformed: candidate.isQuery ? 1 : 0
        }
    }
}
