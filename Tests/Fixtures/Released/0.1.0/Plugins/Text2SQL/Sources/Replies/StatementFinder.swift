/// Finds the statements in a stretch of a reply.
struct StatementFinder {
    enum Kind {
        /// The content of a fence or of a JSON string: meant as SQL.
        case code
        /// Words between which SQL may stand.
        case prose
    }

    private var reader: StatementReader

    init(grammar: Grammar) {
        reader = StatementReader(grammar: grammar)
    }

    /// All statements in `range` of `text`, in order.
    ///
    /// - Parameter breaksOff: the reply may have been cut at the end of `range`.
    mutating func all(in text: [UInt8], _ range: Range<Int>, _ kind: Kind, breaksOff: Bool) -> [Candidate] {
        let range = text.trimmed(range)
        if let whole = beginning(text, range, kind, breaksOff) { return [whole] }
        var found: [Candidate] = []
        var position = range.lowerBound
        while position < range.upperBound, reader.checksLeft > 0 {
            let space = Typography.spaceLength(text, at: position)
            guard text[position].isNamePart, space == 0 else {
                position += max(1, space)
                continue
            }
            var end = position
            while end < range.upperBound, text[end].isNamePart, Typography.spaceLength(text, at: end) == 0 { end += 1 }
            if let verb = Verb(text, in: position..<end) {
                let context = Context(text, word: position..<end, in: range)
                guard context.mayBegin(verb, kind) else {
                    position = end
                    continue
                }
                let candidate = reader.read(text, position..<range.upperBound, breaksOff: breaksOff)
                if accepts(candidate, text, context, kind) {
                    found.append(candidate)
                    end = max(end, candidate.place.upperBound)
                }
            }
            position = end
        }
        return found
    }

    /// The statement that the stretch begins with, comments aside, if nothing but the statement is there.
    private mutating func beginning(
        _ text: [UInt8], _ range: Range<Int>, _ kind: Kind, _ breaksOff: Bool
    ) -> Candidate? {
        var tokens = Tokenizer(text, in: range)
        guard let first = tokens.nextSignificant(), first.kind == .word, Verb(text, in: first.range) != nil else {
            return nil
        }
        let candidate = reader.read(text, range, breaksOff: breaksOff)
        if kind == .code { return candidate }
        guard candidate.quality == .complete, candidate.place == range else { return nil }
        let context = Context(text, word: first.range, in: range)
        return accepts(candidate, text, context, kind) ? candidate : nil
    }

    private func accepts(_ candidate: Candidate, _ text: [UInt8], _ context: Context, _ kind: Kind) -> Bool {
        if kind == .code { return candidate.quality != .malformed || candidate.isQuery }
        if candidate.quality == .complete { return context.isUppercase || !Prose.isSentence(candidate.sql) }
        return context.isUppercase && context.standsApart && Prose.hasSource(candidate.sql)
    }
}

extension StatementFinder {
    /// What stands around a word.
    private struct Context {
        let isUppercase: Bool
        /// At the beginning of a line, or behind a colon, a quote or a mark.
        let standsApart: Bool

        init(_ text: [UInt8], word: Range<Int>, in range: Range<Int>) {
            isUppercase = text[word].allSatisfy { $0.uppercased == $0 }
            var before = word.lowerBound
            while before > range.lowerBound, text[before - 1] == 0x20 || text[before - 1] == 0x09 { before -= 1 }
            standsApart = before == range.lowerBound || "\n:`\"'*(>.)|".utf8.contains(text[before - 1])
        }

        func mayBegin(_ verb: Verb, _ kind: Kind) -> Bool {
            verb == .query || isUppercase && (standsApart || kind == .code)
        }
    }
}
