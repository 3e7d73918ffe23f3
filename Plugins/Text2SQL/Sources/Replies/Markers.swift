/// Finds the part of a reply that is meant for the reader: without chat markers and without thinking.
enum Markers {
    /// What is left of a reply.
    struct Answer: Equatable {
        var range: Range<Int>
        /// The reply ends while the model still thinks.
        var breaksOffThinking = false
    }

    private enum Kind {
        case thinkingBegins
        case thinkingEnds
        /// What stands before it is no answer: `<|message|>`.
        case answerBegins
        /// The same, unless an answer has ended before it, and the model goes on with questions of its own: `[/INST]`.
        case instructionEnds
        /// Stands before an answer or behind it: `<|im_start|>`, `<s>`.
        case border
        /// Stands behind an answer: `</s>`.
        case end
    }

    private struct Mark {
        let kind: Kind
        let range: Range<Int>
    }

    static func answer(in text: [UInt8]) -> Answer {
        let whole = text.trimmed(0..<text.count)
        var answer = Answer(range: whole)
        let marks = all(in: text, whole)
        guard !marks.isEmpty else { return answer }
        var lower = whole.lowerBound
        var thinking: Int?
        var end: Int?
        // What stood before the last thinking, for models that think again behind their answer.
        var before: Range<Int>?
        var roleStart = lower
        for mark in marks {
            defer { roleStart = mark.range.upperBound }
            switch mark.kind {
            case .answerBegins where isThought(text, roleStart..<mark.range.lowerBound):
                // A channel of its own for what is thought: `<|channel|>analysis<|message|>`.
                thinking = mark.range.lowerBound
                end = nil
            case .instructionEnds where end.map { !text.trimmed(lower..<$0).isEmpty } ?? false:
                continue
            case .thinkingEnds, .answerBegins, .instructionEnds:
                if mark.kind == .thinkingEnds, let thinking, end == nil { before = text.trimmed(lower..<thinking) }
                lower = mark.range.upperBound
                thinking = nil
                end = nil
            case .thinkingBegins:
                if end == nil, thinking == nil { thinking = mark.range.lowerBound }
            case .border:
                guard end == nil, thinking == nil else { continue }
                if isRole(text, lower..<mark.range.lowerBound) {
                    lower = mark.range.upperBound
                } else {
                    end = mark.range.lowerBound
                }
            case .end:
                if end == nil, thinking == nil { end = mark.range.lowerBound }
            }
        }
        // What is marked as the answer is one, though the thinking before it was never closed.
        if let start = thinking, let tag = answerTag(text, start..<whole.upperBound) {
            lower = tag
            thinking = nil
            end = nil
        }
        answer.breaksOffThinking = thinking != nil
        answer.range = text.trimmed(lower..<max(lower, thinking ?? end ?? whole.upperBound))
        if answer.range.isEmpty, thinking == nil, let before { answer.range = before }
        skipRole(text, &answer.range)
        return answer
    }

    /// Whether this is the name of a channel that is not for the reader.
    private static func isThought(_ text: [UInt8], _ channel: Range<Int>) -> Bool {
        let name = text.trimmed(channel)
        return text.spells("ANALYSIS", in: name) || text.spells("COMMENTARY", in: name)
    }

    /// The end of the last tag in `range` with which an answer begins.
    private static func answerTag(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        var last: Int?
        for tag in ["<answer>", "<final_answer>", "<sql>"] as [StaticString] {
            var position = range.lowerBound
            while let found = text.firstIndex(of: tag, in: position..<range.upperBound) {
                position = found + tag.utf8CodeUnitCount
                last = max(last ?? 0, position)
            }
        }
        return last
    }

    /// All marks, in order.
    private static func all(in text: [UInt8], _ range: Range<Int>) -> [Mark] {
        var marks: [Mark] = []
        for opening in ["<", "[", "\u{25C1}"] as [StaticString] {
            var position = range.lowerBound
            while let found = text.firstIndex(of: opening, in: position..<range.upperBound) {
                position = found + opening.utf8CodeUnitCount
                if let mark = mark(text, found, nameAt: position, range) { marks.append(mark) }
            }
        }
        return marks.count < 2 ? marks : marks.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static func mark(_ text: [UInt8], _ start: Int, nameAt: Int, _ range: Range<Int>) -> Mark? {
        var position = nameAt
        let isClosing = position < range.upperBound && text[position] == UInt8(ascii: "/")
        if isClosing { position += 1 }
        let isSpecial = text.has("|", at: position) || text.has("\u{FF5C}", at: position)
        while position < range.upperBound, isBar(text, position) { position += 1 }
        let nameStart = position
        while position < range.upperBound, position - nameStart < 40, isNamePart(text[position]), !isBar(text, position)
        {
            position += 1
        }
        let name = nameStart..<position
        while position < range.upperBound, isBar(text, position) { position += 1 }
        let close: StaticString =
            switch text[start] {
            case UInt8(ascii: "<"): ">"
            case UInt8(ascii: "["): "]"
            default: "\u{25B7}"
            }
        guard !name.isEmpty, text.has(close, at: position) else { return nil }
        position += close.utf8CodeUnitCount
        // A model that says more in an instruction's place than the user did goes on behind it.
        if text[start] == UInt8(ascii: "["), text.spells("INST", in: name) {
            let isFollowed = !text.trimmed(position..<range.upperBound).isEmpty
            return Mark(kind: isClosing ? isFollowed ? .instructionEnds : .end : .border, range: start..<position)
        }
        guard let kind = kind(text, name, isClosing, isSpecial) else { return nil }
        // SQLite quotes names so.
        let isName = text[start] == UInt8(ascii: "[") && !isSpecial && !text.spells("THINK", in: name)
        if isName, !standsAlone(text, start..<position, range) { return nil }
        return Mark(kind: kind, range: start..<position)
    }

    /// Whether nothing else stands on its line but the statement that it ends, at the end of the reply.
    private static func standsAlone(_ text: [UInt8], _ mark: Range<Int>, _ range: Range<Int>) -> Bool {
        let before = text[range.lowerBound..<mark.lowerBound].reversed().first { $0 != 0x20 && $0 != 0x09 }
        let end = text.trimmed(range.lowerBound..<mark.lowerBound).upperBound
        let isLast = text.trimmed(mark.upperBound..<range.upperBound).isEmpty
        let length = text[range.lowerBound..<end].reversed().prefix { $0.isLetter }.count
        let word = end - length..<end
        if isLast, !["FROM", "JOIN", "SELECT", "BY", "AS"].contains(where: { text.spells($0, in: word) }) {
            return true
        }
        let behind = text[mark.upperBound..<range.upperBound].first { $0 != 0x20 && $0 != 0x09 }
        return (before.map { $0 == 0x0A || $0 == UInt8(ascii: ";") } ?? true) && (behind.map { $0 == 0x0A } ?? true)
    }

    private static func kind(_ text: [UInt8], _ name: Range<Int>, _ isClosing: Bool, _ isSpecial: Bool) -> Kind? {
        if thoughts.contains(where: { text.spells($0, in: name) }) {
            return isClosing ? .thinkingEnds : .thinkingBegins
        }
        if isSpecial {
            for (word, kind) in specials where text.spells(word, in: name) { return kind }
            return .border
        }
        if text.spells("S", in: name) || text.spells("START_OF_TURN", in: name) {
            return isClosing ? .end : .border
        }
        return ends.contains { text.spells($0, in: name) } ? .end : nil
    }

    private static let thoughts: [StaticString] = [
        "THINK", "THINKING", "THOUGHT", "THOUGHTS", "REASONING", "ANALYSIS", "REFLECTION", "SCRATCHPAD", "RATIONALE",
        "SEED:THINK",
    ]
    private static let ends: [StaticString] = ["EOS", "END_OF_TURN", "EOT", "END", "DONE", "PAD"]
    private static let specials: [(StaticString, Kind)] = [
        ("BEGIN_OF_THOUGHT", .thinkingBegins), ("END_OF_THOUGHT", .thinkingEnds),
        ("BEGIN_OF_SOLUTION", .answerBegins), ("MESSAGE", .answerBegins),
    ]

    private static func isNamePart(_ byte: UInt8) -> Bool {
        byte.isNamePart || byte == UInt8(ascii: ":")
    }

    /// A byte of `|` or of its wide form, U+FF5C.
    private static func isBar(_ text: [UInt8], _ position: Int) -> Bool {
        switch text[position] {
        case UInt8(ascii: "|"), 0xBD, 0x9C: true
        case 0xEF: text.has("\u{FF5C}", at: position)
        default: false
        }
    }

    /// Whether there is nothing, or only the name of who speaks.
    private static func isRole(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        let word = text.trimmed(range)
        return word.isEmpty || roles.contains { text.spells($0, in: word) }
    }

    private static let roles: [StaticString] = ["ASSISTANT", "MODEL", "FINAL", "ANALYSIS"]

    private static func skipRole(_ text: [UInt8], _ range: inout Range<Int>) {
        var end = range.lowerBound
        while end < range.upperBound, text[end].isLetter { end += 1 }
        let isAlone = end < range.upperBound && text[end].isSpace
        guard isAlone, roles.contains(where: { text.spells($0, in: range.lowerBound..<end) }) else { return }
        range = text.trimmed(end..<range.upperBound)
    }
}
