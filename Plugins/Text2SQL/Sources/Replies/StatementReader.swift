/// Reads one statement from where it begins, and finds out where it ends.
///
/// The end is looked for in this order, and the first that SQLite's grammar agrees with is taken: the quote that closes
/// what is opened just before the statement, the semicolon or the end of the text, the end of a line that no clause
/// follows, the end of a sentence. What it never agrees with ends with the code in a line, or at an empty line.
struct StatementReader {
    let grammar: Grammar
    /// The grammar is asked at most so often for one reply, so that no reply can take long.
    private(set) var checksLeft = 400
    /// Whether nothing but SQL is expected, as in a fence: a comment behind the semicolon belongs to the statement, and half a
    /// statement was cut off.
    var isCode = false

    init(grammar: Grammar) {
        self.grammar = grammar
    }

    /// - Parameters:
    ///   - range: from the first byte of the statement (or of comments before it) to the end of where it may reach.
    ///   - breaksOff: the reply may have been cut at the end of `range`.
    mutating func read(_ text: [UInt8], _ range: Range<Int>, breaksOff: Bool) -> Candidate {
        let quote = Self.openingQuote(text, before: range.lowerBound)
        if let quote, let closing = Self.counterpart(of: quote, text), let end = closingQuote(text, range, closing) {
            if let joined = joined(text, range, quote, end) { return joined }
            let quoted = range.lowerBound..<end
            guard let repaired = Typography.repaired(text, quoted) else {
                return Self.candidate(text, quoted, .complete)
            }
            var candidate = Self.candidate(repaired, 0..<repaired.count, .complete)
            candidate.place = quoted
            return candidate
        }
        // Code in a line ends in it, also where the grammar does not take it.
        if let quote, text.has("`", at: quote.lowerBound), quote.count == 1, range.upperBound > range.lowerBound,
            let end = range.first(where: { text[$0] == UInt8(ascii: "`") || text[$0] == 0x0A }),
            text.has("`", at: end), end < range.upperBound - 1
        {
            return Self.candidate(text, range.lowerBound..<end, .malformed)
        }
        let candidate = read(plain: text, range, breaksOff: breaksOff)
        if let repaired = repaired(candidate, text, range, quote, breaksOff) { return repaired }
        guard candidate.quality != .complete, let unescaped = BackslashEscapes.removed(text, range) else {
            return candidate
        }
        var repaired = read(plain: unescaped, 0..<unescaped.count, breaksOff: breaksOff)
        repaired.place = candidate.place
        return repaired.quality == .complete ? repaired : candidate
    }

    /// The candidate without curly quotes and the like; nil if it has none.
    private mutating func repaired(
        _ plain: Candidate, _ text: [UInt8], _ range: Range<Int>, _ quote: Range<Int>?, _ breaksOff: Bool
    ) -> Candidate? {
        if plain.quality == .complete {
            guard let repaired = Typography.repaired(text, plain.place) else { return nil }
            let all = 0..<repaired.count
            if check(repaired, all) == .complete {
                var candidate = Self.candidate(repaired, all, .complete, isOpen: plain.isOpen)
                candidate.place = plain.place
                return candidate
            }
        }
        guard let repaired = Typography.repaired(text, range) else { return nil }
        let all = 0..<repaired.count
        var candidate: Candidate
        if let quote, let closing = Self.counterpart(of: quote, text), let end = closingQuote(repaired, all, closing) {
            candidate = Self.candidate(repaired, 0..<end, .complete)
        } else {
            candidate = read(plain: repaired, all, breaksOff: breaksOff)
        }
        candidate.place = range
        return candidate
    }

    private mutating func read(plain text: [UInt8], _ range: Range<Int>, breaksOff: Bool) -> Candidate {
        let natural = NaturalEnd(text, range)
        let whole = range.lowerBound..<natural.end
        let isOpen =
            breaksOff && !natural.hasSemicolon && text.trimmed(natural.end..<range.upperBound).isEmpty
        let isQuery = isQuickly(text, whole)
        if !isQuery, let end = QuickGrammar.lineEnd(text, whole),
            !Continuation(text, statementAt: range.lowerBound).follows(text, end..<range.upperBound)
        {
            let stray = strayWord(text, range.lowerBound..<end)
            return Self.candidate(text, range.lowerBound..<(stray ?? end), .complete, isQuery: true)
        }
        let finding = isQuery ? .complete : ask(text, whole)
        if finding == .complete {
            if natural.hasSemicolon { return withFollowers(text, whole, range) }
            if let end = strayWord(text, whole) { return Self.candidate(text, range.lowerBound..<end, .complete) }
            let end = Self.commentEnd(text, withoutFullStop(text, whole)..<range.upperBound)
            return Self.candidate(text, range.lowerBound..<end, .complete, isOpen: isOpen, isQuery: isQuery)
        }
        if isOpen, endsWithinName(text, whole), check(text, whole.lowerBound..<whole.upperBound - 1) == .complete {
            return Self.candidate(text, whole, .truncated, isOpen: true)
        }
        if let end = lineEnd(text, range) ?? sentenceEnd(text, range) ?? clauseEnd(text, range)
            ?? remarkEnd(text, range)
        {
            let stray = strayWord(text, range.lowerBound..<end)
            return Self.candidate(text, range.lowerBound..<(stray ?? end), .complete)
        }
        // A fence that is closed behind half a statement.
        if isCode, finding == .incomplete, natural.end == range.upperBound {
            let candidate = Self.candidate(text, whole, .truncated)
            if Prose.hasSource(candidate.sql) { return candidate }
        }
        // Of what no grammar takes, an empty line is the end, where nothing behind it can belong to a statement.
        let continuation = Continuation(text, statementAt: range.lowerBound)
        if !isCode, let empty = text.firstIndex(of: "\n\n", in: whole),
            !continuation.follows(text, empty..<range.upperBound)
        {
            let quality: Candidate.Quality =
                ask(text, range.lowerBound..<empty) == .incomplete ? .truncated : .malformed
            return Self.candidate(text, range.lowerBound..<empty, quality)
        }
        let isTruncated =
            isOpen && (Self.chokes(on: natural.lastToken, finding) || Self.endsInRepetition(text, whole))
        return Self.candidate(text, whole, isTruncated ? .truncated : .malformed, isOpen: isOpen)
    }

    /// Whether the text ends in `alias.`, of which more was to come, and not in a full stop behind the name of a table.
    private func endsWithinName(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count > 2, text[range.upperBound - 1] == UInt8(ascii: ".") else { return false }
        var start = range.upperBound - 1
        while start > range.lowerBound, text[start - 1].isNamePart { start -= 1 }
        let word = start..<range.upperBound - 1
        guard !word.isEmpty else { return false }
        var tokens = Tokenizer(text, in: range.lowerBound..<start)
        var isNamed = false
        var last: Token?
        while let token = tokens.nextSignificant() {
            isNamed = isNamed || text[token.range].elementsEqual(text[word])
            last = token
        }
        guard let last, last.kind == .symbol || last.kind == .word, isNamed else { return false }
        return ![("FROM" as StaticString), "JOIN", "AS"].contains { text.spells($0, in: last.range) }
    }

    /// Where a statement ends before a word behind it that the grammar takes for an alias: `SELECT name FROM city instead`, or the
    /// line `user` with which a model goes on to the next turn; nil for no such word, and for an alias in use.
    private mutating func strayWord(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        let range = text.trimmed(range)
        var start = range.upperBound
        while start > range.lowerBound, text[start - 1].isLetter { start -= 1 }
        let word = start..<range.upperBound
        let end = text.trimmed(range.lowerBound..<start).upperBound
        let isAlone = text[end..<start].contains(0x0A)
        let words = isAlone ? Self.speakers : Self.adverbs
        guard end < start, words.contains(where: { text.spells($0, in: word) }), text[start] >= UInt8(ascii: "a"),
            !text[range.lowerBound..<end].split(whereSeparator: { !$0.isNamePart }).contains(text[word]),
            check(text, range.lowerBound..<end) == .complete
        else { return nil }
        return end
    }

    private static let adverbs: [StaticString] = ["INSTEAD", "HERE", "AGAIN", "TOO"]
    private static let speakers: [StaticString] = ["USER", "ASSISTANT", "HUMAN", "SYSTEM"]

    /// `WHERE size = 1.` ends a sentence: nobody writes a number so.
    private func withoutFullStop(_ text: [UInt8], _ range: Range<Int>) -> Int {
        let isFullStop = text[range.upperBound - 1] == UInt8(ascii: ".") && text[range.upperBound - 2].isDigit
        return isFullStop ? range.upperBound - 1 : range.upperBound
    }

    /// Where the comment ends that begins on the line on which a statement ends; if there is none, where the statement
    /// does.
    private static func commentEnd(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var start = range.lowerBound
        while start < range.upperBound, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        guard text.has("--", at: start) || text.has("/*", at: start) else { return range.lowerBound }
        var tokens = Tokenizer(text, in: start..<range.upperBound)
        return tokens.next()?.range.upperBound ?? range.lowerBound
    }

    /// Whether a few words come again and again at the end, as small models go on until they are stopped.
    private static func endsInRepetition(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        let words = Array(text[range].split(whereSeparator: \.isSpace).suffix(16))
        return (1...5).contains { period in
            let count = max(4, 3 * period)
            guard words.count >= count else { return false }
            return (words.count - count..<words.count - period).allSatisfy {
                words[$0].elementsEqual(words[$0 + period])
            }
        }
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
        isQuickly(text, range) ? .complete : ask(text, range)
    }

    private mutating func isQuickly(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard checksLeft > 0 else { return false }
        checksLeft -= 1
        return QuickGrammar.query(text, range) != nil
    }

    private mutating func ask(_ text: [UInt8], _ range: Range<Int>) -> Grammar.Finding {
        guard checksLeft > 0 else { return .wrong(offset: range.lowerBound) }
        checksLeft -= 1
        return grammar.check(text, in: range)
    }

    private static func candidate(
        _ text: [UInt8], _ range: Range<Int>, _ quality: Candidate.Quality, isOpen: Bool = false,
        isQuery: Bool = false
    ) -> Candidate {
        let trimmed = text.trimmed(range)
        return Candidate(
            sql: String(decoding: Indentation.removed(text, trimmed), as: UTF8.self), quality: quality,
            isQuery: isQuery || StatementShape(text, in: trimmed).verb == .query, isOpen: isOpen, place: trimmed)
    }

    // MARK: Ends

    /// Takes in the statements that follow the one in `first`. Where they only repeat it, as small models do until they
    /// are stopped, the last may break off, and the statement is still one. Of a query among statements that only prepare
    /// the connection, such as PRAGMA, the query was meant.
    private mutating func withFollowers(_ text: [UInt8], _ first: Range<Int>, _ range: Range<Int>) -> Candidate {
        let statement = Self.statement(text, first)
        var last = first
        var meant = Self.isSession(text, first) ? nil : first
        var isSeveral = false
        while let rest = Self.nextStatement(text, last.upperBound..<range.upperBound) {
            let next = rest.lowerBound..<NaturalEnd(text, rest).end
            if !isSeveral, Self.statement(text, next) == statement || statement.starts(with: text[text.trimmed(rest)]) {
                last = next
                continue
            }
            guard check(text, next) == .complete else { break }
            // A comment on the line of a statement speaks of that statement.
            let start = min(Self.commentEnd(text, last.upperBound..<rest.lowerBound), rest.lowerBound)
            let cue = Cue.of(text, start..<rest.lowerBound, isInline: false)
            // "-- alternative"
            if cue == .aside { break }
            if cue != nil {
                // "-- final query"
                isSeveral = false
                meant = next
            } else if !Self.isSession(text, next) {
                isSeveral = isSeveral || meant != nil
                meant = next
            }
            last = next
        }
        var candidate: Candidate
        if isSeveral {
            candidate = Self.candidate(text, first.lowerBound..<last.upperBound, .complete)
            candidate.isSeveral = true
        } else {
            let meant = meant ?? first
            let end = isCode ? Self.commentEnd(text, meant.upperBound..<range.upperBound) : meant.upperBound
            candidate = Self.candidate(text, meant.lowerBound..<end, .complete)
            last = last.lowerBound..<max(last.upperBound, end)
        }
        candidate.place = first.lowerBound..<last.upperBound
        return candidate
    }

    /// Whether a statement only prepares the connection.
    private static func isSession(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var tokens = Tokenizer(text, in: range)
        guard let word = tokens.nextSignificant() else { return false }
        return session.contains { text.spells($0, in: word.range) }
    }

    private static let session: [StaticString] = ["PRAGMA", "BEGIN", "COMMIT", "END", "ROLLBACK", "ANALYZE"]

    /// From the next statement to the end of `range`, if nothing but comments stands before it.
    private static func nextStatement(_ text: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        var tokens = Tokenizer(text, in: range)
        guard let token = tokens.nextSignificant(), token.kind == .word, let verb = Verb(text, in: token.range),
            QueryHead.isPlausible(text, token.range, verb),
            verb == .query || text[token.range].allSatisfy({ $0.uppercased == $0 }),
            !NextTurn.begins(text, range.lowerBound..<token.range.lowerBound)
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
        // An empty line may end a statement even before what could go on with it, such as a parenthesis.
        var position = range.lowerBound
        while let empty = text.firstIndex(of: "\n\n", in: position..<range.upperBound), checksLeft > 0 {
            if check(text, range.lowerBound..<empty) == .complete { return empty }
            position = empty + 2
        }
        return nil
    }

    /// A full stop with white space or nothing behind it, a comma with a word that goes on with a sentence, or a dash between
    /// spaces.
    private mutating func sentenceEnd(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        for position in range where checksLeft > 0 {
            switch text[position] {
            case UInt8(ascii: "."):
                guard position + 1 == range.upperBound || text[position + 1].isSpace else { continue }
            case UInt8(ascii: ","):
                guard goesOn(text, position + 1..<range.upperBound) else { continue }
            case 0xE2:
                // The shorter one may be a minus sign.
                let isDash = text.has("\u{2014} ", at: position)
                let isShortDash = text.has("\u{2013} ", at: position) && goesOn(text, position + 3..<range.upperBound)
                guard text.has(" ", at: position - 1), isDash || isShortDash else { continue }
            default:
                continue
            }
            if check(text, range.lowerBound..<position) == .complete { return position }
        }
        return nil
    }

    /// Where words in small letters follow a statement in capitals: "SELECT 1 FROM t gives 1."
    private mutating func clauseEnd(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        guard text[range.lowerBound] == text[range.lowerBound].uppercased else { return nil }
        var position = range.upperBound
        while position > range.lowerBound, checksLeft > 0 {
            position -= 1
            guard text[position] == 0x0A, position + 1 < range.upperBound, text[position + 1] >= UInt8(ascii: "a")
            else {
                continue
            }
            if isQuickly(text, range.lowerBound..<position) { return position }
        }
        // "SELECT 1 FROM t WHERE a = 1 and that is all"
        position = range.upperBound - 1
        while position > range.lowerBound, checksLeft > 0 {
            position -= 1
            guard text.has(" and ", at: position) || text.has(" or ", at: position) else { continue }
            if isQuickly(text, range.lowerBound..<position) { return position }
        }
        guard let end = QuickGrammar.sentenceEnd(text, range) else { return nil }
        let continuation = Continuation(text, statementAt: range.lowerBound)
        return continuation.follows(text, end..<range.upperBound) ? nil : end
    }

    /// Where a remark follows on the same line.
    private mutating func remarkEnd(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        for position in range.dropFirst() where checksLeft > 0 && Remark.begins(text, at: position, range.upperBound) {
            let statement = range.lowerBound..<position
            if check(text, statement) == .complete, Prose.hasSource(String(decoding: text[statement], as: UTF8.self)) {
                return position
            }
        }
        return nil
    }

    private func goesOn(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var tokens = Tokenizer(text, in: range)
        guard let word = tokens.next() else { return false }
        return Self.conjunctions.contains { text.spells($0, in: word.range) }
    }

    private static let conjunctions: [StaticString] = [
        "WHICH", "BUT", "SO", "BECAUSE", "SINCE", "THEN", "WHERE", "AND", "THIS", "THAT", "TO", "IT", "WE", "AS",
    ]

    // MARK: Quotes

    /// The run of quotes or asterisks that stands right before a statement, if any, also with a tag: `` `sql SELECT …` ``.
    private static func openingQuote(_ text: [UInt8], before start: Int) -> Range<Int>? {
        guard start > 0 else { return nil }
        var end = start
        while end > 0, text[end - 1].isSpace { end -= 1 }
        for tag in ["`sqlite", "`sql"] as [StaticString] where text.has(tag, at: end - tag.utf8CodeUnitCount) {
            return end - tag.utf8CodeUnitCount..<end - tag.utf8CodeUnitCount + 1
        }
        for (opening, _) in typographicQuotes
        where end == start && text.has(opening, at: end - opening.utf8CodeUnitCount) {
            return end - opening.utf8CodeUnitCount..<end
        }
        if let guillemet = guillemet(text, before: start) { return guillemet }
        guard end > 0, "`\"'*".utf8.contains(text[end - 1]) else { return nil }
        var lower = end - 1
        while lower > 0, text[lower - 1] == text[end - 1] { lower -= 1 }
        return end == start || end - lower == 3 ? lower..<end : nil
    }

    /// The quote that French sets apart from what it quotes: `« SELECT … »`, mostly by a space that breaks no line.
    private static func guillemet(_ text: [UInt8], before start: Int) -> Range<Int>? {
        var end = start
        while end > 0 {
            if text[end - 1].isSpace {
                end -= 1
            } else if text.has("\u{A0}", at: end - 2) {
                end -= 2
            } else if text.has("\u{202F}", at: end - 3) {
                end -= 3
            } else {
                break
            }
        }
        return text.has("\u{AB}", at: end - 2) ? end - 2..<end : nil
    }

    /// What closes a quote.
    private static func counterpart(of quote: Range<Int>, _ text: [UInt8]) -> [UInt8]? {
        for (opening, closing) in typographicQuotes where text.has(opening, at: quote.lowerBound) {
            return Array("\(closing)".utf8)
        }
        return Array(text[quote])
    }

    private static let typographicQuotes: [(StaticString, StaticString)] = [
        ("\u{201C}", "\u{201D}"), ("\u{2018}", "\u{2019}"), ("\u{201E}", "\u{201C}"), ("\u{AB}", "\u{BB}"),
        ("\u{2039}", "\u{203A}"), ("\u{300C}", "\u{300D}"), ("\u{300E}", "\u{300F}"), ("\u{300A}", "\u{300B}"),
    ]

    /// A statement that a program puts together from several strings, one behind the other.
    private mutating func joined(_ text: [UInt8], _ range: Range<Int>, _ quote: Range<Int>, _ end: Int) -> Candidate? {
        guard quote.count == 1, text[quote.lowerBound] != UInt8(ascii: "*") else { return nil }
        var whole = Array(text[range.lowerBound..<end])
        var position = end
        while true {
            var next = position + 1
            while next < range.upperBound, text[next].isSpace || text[next] == UInt8(ascii: "+") { next += 1 }
            guard next < range.upperBound, next > position + 1, text[next] == text[quote.lowerBound] else { break }
            var tokens = Tokenizer(text, in: next..<range.upperBound)
            guard let string = tokens.next(), string.kind != .unclosed else { break }
            // Another statement, in quotes of its own.
            var inside = Tokenizer(text, in: next + 1..<string.range.upperBound - 1)
            if let word = inside.nextSignificant(), Verb(text, in: word.range) != nil { break }
            whole += text[next + 1..<string.range.upperBound - 1]
            position = string.range.upperBound - 1
        }
        guard position > end, check(whole, 0..<whole.count) == .complete else { return nil }
        var candidate = Self.candidate(whole, 0..<whole.count, .complete)
        candidate.place = range.lowerBound..<position + 1
        return candidate
    }

    private mutating func closingQuote(_ text: [UInt8], _ range: Range<Int>, _ quote: [UInt8]) -> Int? {
        var position = range.lowerBound
        while position + quote.count <= range.upperBound, checksLeft > 0 {
            if text[position] == quote[0], text[position..<position + quote.count].elementsEqual(quote) {
                if check(text, range.lowerBound..<position) == .complete { return position }
                position += quote.count
            } else {
                position += 1
            }
        }
        return nil
    }
}
