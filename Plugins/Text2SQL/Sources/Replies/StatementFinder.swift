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
        guard !range.isEmpty else { return [] }
        reader.isCode = kind == .code
        if kind == .code, let query = QuickGrammar.query(text, range), !query.hasComments {
            return [
                Candidate(
                    sql: String(decoding: Indentation.removed(text, range), as: UTF8.self), quality: .complete,
                    isQuery: true,
                    isOpen: breaksOff && text[range.upperBound - 1] != UInt8(ascii: ";"), place: range)
            ]
        }
        if let whole = beginning(text, range, kind, breaksOff) { return [whole] }
        var found: [Candidate] = []
        var position = range.lowerBound
        while position < range.upperBound, reader.checksLeft > 0 {
            guard let word = Self.nextVerb(text, position..<range.upperBound, from: range.lowerBound) else { break }
            position = word.lowerBound
            var end = word.upperBound
            if let verb = Verb(text, in: position..<end) {
                let context = Context(text, word: position..<end, in: range)
                guard context.mayBegin(verb, kind), QueryHead.isPlausible(text, position..<end, verb) else {
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
        guard let first = tokens.nextSignificant(), first.kind == .word, let verb = Verb(text, in: first.range),
            QueryHead.isPlausible(text, first.range, verb)
        else { return nil }
        let candidate = reader.read(text, range, breaksOff: breaksOff)
        if kind == .code {
            return accepts(candidate, text, Context(text, word: first.range, in: range), kind) ? candidate : nil
        }
        guard candidate.quality == .complete, candidate.place == range else { return nil }
        let context = Context(text, word: first.range, in: range)
        return accepts(candidate, text, context, kind) ? candidate : nil
    }

    /// The next word of three to nine letters that begins as verbs do. Signs and letters beyond ASCII may stand right
    /// before it, but not those of alphabets.
    private static func nextVerb(_ text: [UInt8], _ range: Range<Int>, from start: Int) -> Range<Int>? {
        text.withUnsafeBufferPointer { bytes in
            var position = range.lowerBound
            while position < range.upperBound {
                let first = bytes[position]
                guard first < 0x80, first.isNamePart else {
                    position += 1
                    continue
                }
                var end = position + 1
                while end < range.upperBound, bytes[end] < 0x80, bytes[end].isNamePart { end += 1 }
                let isVerb =
                    (3...9).contains(end - position) && first.isLetter && verbs & 1 << UInt32(first & 0x1F) != 0
                // The first of the two bytes of a Latin, Greek or Cyrillic letter, or of one like these.
                let isWithin =
                    position > start + 1 && bytes[position - 1] >= 0x80
                    && bytes[position - 2] >= 0xC3 && bytes[position - 2] <= 0xDF
                if isVerb, !isWithin { return position..<end }
                position = end
            }
            return nil
        }
    }

    /// A bit for each letter with which a verb begins.
    private static let verbs = "ABCDEIPRSUVW".utf8.reduce(UInt32(0)) { $0 | 1 << UInt32($1 & 0x1F) }

    /// Whether it makes a table: the schema said again, and never an answer.
    private func isSchema(_ candidate: Candidate) -> Bool {
        let words = candidate.sql.utf8.prefix(40).split(whereSeparator: \.isSpace).prefix(2)
        return zip(words, ["CREATE", "TABLE"]).allSatisfy { $0.elementsEqual($1.utf8) { $0.uppercased == $1 } }
            && words.count == 2
    }

    private func accepts(_ candidate: Candidate, _ text: [UInt8], _ context: Context, _ kind: Kind) -> Bool {
        if isSchema(candidate) { return false }
        if kind == .code {
            return candidate.quality != .malformed || candidate.isQuery && candidate.sql.utf8.contains(where: \.isSpace)
        }
        if candidate.isQuery, Prose.lacksSource(candidate.sql) { return false }
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
            standsApart =
                before == range.lowerBound || text[before - 1] >= 0x80
                || "\n:`\"'*(>.)|{[]=-".utf8.contains(text[before - 1])
        }

        func mayBegin(_ verb: Verb, _ kind: Kind) -> Bool {
            switch kind {
            case .code: verb == .query || isUppercase
            // Within a sentence, "select" is a word like any other.
            case .prose: standsApart || isUppercase && verb == .query
            }
        }
    }
}
