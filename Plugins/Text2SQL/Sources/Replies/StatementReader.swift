/// Reads one statement from where it begins, and finds out where it ends.
///
/// The end is looked for in this order, and the first that SQLite's grammar agrees with is taken: the quote that closes
/// what is opened just before the statement, the semicolon or the end of the text, the end of a line that no clause
/// follows, the end of a sentence.
struct StatementReader {
    let grammar: Grammar
    /// The grammar is asked at most so often for one reply, so that no reply can take long.
    private(set) var checksLeft = 200

    init(grammar: Grammar) {
        self.grammar = grammar
    }

    /// - Parameters:
    ///   - range: from the first byte of the statement (or of comments before it) to the end of where it may reach.
    ///   - breaksOff: the reply may have been cut at the end of `range`.
    mutating func read(_ text: [UInt8], _ range: Range<Int>, breaksOff: Bool) -> Candidate {
        if let repaired = Typography.repaired(text, range) {
            var candidate = read(plain: repaired, 0..<repaired.count, quote: nil, breaksOff: breaksOff)
            candidate.place = range
            return candidate
        }
        let quote = Self.openingQuote(text, before: range.lowerBound)
        return read(plain: text, range, quote: quote, breaksOff: breaksOff)
    }

    private mutating func read(
        plain text: [UInt8], _ range: Range<Int>, quote: Range<Int>?, breaksOff: Bool
    ) -> Candidate {
        if let quote, let end = closingQuote(text, range, quote) {
            return Self.candidate(text, range.lowerBound..<end, .complete)
        }
        let natural = NaturalEnd(text, range)
        let whole = range.lowerBound..<natural.end
        let finding = check(text, whole)
        if finding == .complete {
            return natural.hasSemicolon ? withFollowers(text, whole, range) : Self.candidate(text, whole, .complete)
        }
        if let end = lineEnd(text, range) ?? sentenceEnd(text, range) {
            return Self.candidate(text, range.lowerBound..<end, .complete)
        }
        let choked: Bool
        switch finding {
        case .complete: choked = false
        case .incomplete: choked = true
        case .wrong(let offset): choked = offset >= natural.lastToken
        }
        let isTruncated =
            breaksOff && choked && !natural.hasSemicolon && text.trimmed(natural.end..<range.upperBound).isEmpty
        return Self.candidate(text, whole, isTruncated ? .truncated : .malformed)
    }

    private mutating func check(_ text: [UInt8], _ range: Range<Int>) -> Grammar.Finding {
        guard checksLeft > 0 else { return .wrong(offset: range.lowerBound) }
        checksLeft -= 1
        return grammar.check(text, in: range)
    }

    private static func candidate(_ text: [UInt8], _ range: Range<Int>, _ quality: Candidate.Quality) -> Candidate {
        let trimmed = text.trimmed(range)
        return Candidate(
            sql: String(decoding: text[trimmed], as: UTF8.self), quality: quality,
            isQuery: StatementShape(text, in: trimmed).verb == .query, place: trimmed)
    }

    // MARK: Ends

    /// Takes in the statements that follow the one in `first`, unless they only repeat it.
    private mutating func withFollowers(_ text: [UInt8], _ first: Range<Int>, _ range: Range<Int>) -> Candidate {
        var last = first
        var isSeveral = false
        while true {
            var tokens = Tokenizer(text, in: last.upperBound..<range.upperBound)
            guard let token = tokens.nextSignificant(), token.kind == .word,
                let verb = Verb(text, in: token.range),
                verb == .query || text[token.range].allSatisfy({ !$0.isLetter || $0.uppercased == $0 })
            else { break }
            let rest = token.range.lowerBound..<range.upperBound
            let next = rest.lowerBound..<NaturalEnd(text, rest).end
            guard check(text, next) == .complete else { break }
            isSeveral = isSeveral || Self.statement(text, next) != Self.statement(text, first)
            last = next
        }
        guard isSeveral else { return Self.candidate(text, first, .complete) }
        var candidate = Self.candidate(text, first.lowerBound..<last.upperBound, .complete)
        candidate.isSeveral = true
        return candidate
    }

    private static func statement(_ text: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8> {
        var trimmed = text.trimmed(range)
        while let last = trimmed.last, text[last] == UInt8(ascii: ";") {
            trimmed = text.trimmed(trimmed.lowerBound..<last)
        }
        return text[trimmed]
    }

    private mutating func lineEnd(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        let continuation = Continuation(text, statementAt: range.lowerBound)
        for position in range where text[position] == 0x0A {
            guard !continuation.follows(text, position..<range.upperBound) else { continue }
            if check(text, range.lowerBound..<position) == .complete { return position }
        }
        return nil
    }

    /// A full stop with white space or nothing behind it.
    private mutating func sentenceEnd(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        for position in range where text[position] == UInt8(ascii: ".") {
            guard position + 1 == range.upperBound || text[position + 1].isSpace else { continue }
            if check(text, range.lowerBound..<position) == .complete { return position }
        }
        return nil
    }

    // MARK: Quotes

    /// The run of quotes or asterisks that stands right before a statement, if any.
    private static func openingQuote(_ text: [UInt8], before start: Int) -> Range<Int>? {
        guard start > 0 else { return nil }
        var end = start
        while end > 0, text[end - 1].isSpace { end -= 1 }
        guard end > 0, "`\"'*".utf8.contains(text[end - 1]) else { return nil }
        var lower = end - 1
        while lower > 0, text[lower - 1] == text[end - 1] { lower -= 1 }
        return end == start || end - lower == 3 ? lower..<end : nil
    }

    private mutating func closingQuote(_ text: [UInt8], _ range: Range<Int>, _ quote: Range<Int>) -> Int? {
        var position = range.lowerBound
        while position + quote.count <= range.upperBound {
            if text[position..<position + quote.count] == text[quote] {
                if check(text, range.lowerBound..<position) == .complete { return position }
                position += quote.count
            } else {
                position += 1
            }
        }
        return nil
    }
}
