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
        let isOpen =
            breaksOff && !natural.hasSemicolon && text.trimmed(natural.end..<range.upperBound).isEmpty
        let finding = check(text, whole)
        if finding == .complete {
            return natural.hasSemicolon
                ? withFollowers(text, whole, range) : Self.candidate(text, whole, .complete, isOpen: isOpen)
        }
        if let end = lineEnd(text, range) ?? sentenceEnd(text, range) {
            return Self.candidate(text, range.lowerBound..<end, .complete)
        }
        let isTruncated = isOpen && Self.chokes(on: natural.lastToken, finding)
        return Self.candidate(text, whole, isTruncated ? .truncated : .malformed, isOpen: isOpen)
    }

    /// Whether the parser was content with everything before the last token.
    private static func chokes(on lastToken: Int, _ finding: Grammar.Finding) -> Bool {
        switch finding {
        case .complete: false
        case .incomplete: true
        case .wrong(let offset): offset >= lastToken
        }
    }

    private mutating func check(_ text: [UInt8], _ range: Range<Int>) -> Grammar.Finding {
        guard checksLeft > 0 else { return .wrong(offset: range.lowerBound) }
        checksLeft -= 1
        return grammar.check(text, in: range)
    }

    private static func candidate(
        _ text: [UInt8], _ range: Range<Int>, _ quality: Candidate.Quality, isOpen: Bool = false
    ) -> Candidate {
        let trimmed = text.trimmed(range)
        return Candidate(
            sql: String(decoding: text[trimmed], as: UTF8.self), quality: quality,
            isQuery: StatementShape(text, in: trimmed).verb == .query, isOpen: isOpen, place: trimmed)
    }

    // MARK: Ends

    /// Takes in the statements that follow the one in `first`. Where they only repeat it, as small models do until they
    /// are stopped, the last may break off, and the statement is still one.
    private mutating func withFollowers(_ text: [UInt8], _ first: Range<Int>, _ range: Range<Int>) -> Candidate {
        let statement = Self.statement(text, first)
        var last = first
        var isSeveral = false
        while let rest = Self.nextStatement(text, last.upperBound..<range.upperBound) {
            let next = rest.lowerBound..<NaturalEnd(text, rest).end
            if !isSeveral, Self.statement(text, next) == statement || statement.starts(with: text[text.trimmed(rest)]) {
                last = next
                continue
            }
            guard check(text, next) == .complete else { break }
            isSeveral = true
            last = next
        }
        var candidate = Self.candidate(text, isSeveral ? first.lowerBound..<last.upperBound : first, .complete)
        candidate.isSeveral = isSeveral
        candidate.place = first.lowerBound..<last.upperBound
        return candidate
    }

    /// From the next statement to the end of `range`, if nothing but comments stands before it.
    private static func nextStatement(_ text: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        var tokens = Tokenizer(text, in: range)
        guard let token = tokens.nextSignificant(), token.kind == .word, let verb = Verb(text, in: token.range),
            verb == .query || text[token.range].allSatisfy({ $0.uppercased == $0 })
        else { return nil }
        return token.range.lowerBound..<range.upperBound
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
        for position in range where text[position] == 0x0A && checksLeft > 0 {
            guard !continuation.follows(text, position..<range.upperBound) else { continue }
            if check(text, range.lowerBound..<position) == .complete { return position }
        }
        return nil
    }

    /// A full stop with white space or nothing behind it.
    private mutating func sentenceEnd(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        for position in range where text[position] == UInt8(ascii: ".") && checksLeft > 0 {
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
        while position + quote.count <= range.upperBound, checksLeft > 0 {
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
