/// Phrases with a meaning each, found in any letter case where a word begins.
struct Phrases<Meaning: Sendable>: Sendable {
    /// By their first byte; of those at one place the longest counts.
    private let phrases: [[(spelling: StaticString, meaning: Meaning)]]

    /// - Parameter meanings: the phrases of each meaning, in small letters.
    init(_ meanings: [(Meaning, [StaticString])]) {
        var phrases = [[(spelling: StaticString, meaning: Meaning)]](repeating: [], count: 256)
        for (meaning, spellings) in meanings {
            for spelling in spellings { phrases[Int(spelling.utf8Start[0])].append((spelling, meaning)) }
        }
        for first in phrases.indices {
            phrases[first].sort { $0.spelling.utf8CodeUnitCount > $1.spelling.utf8CodeUnitCount }
        }
        self.phrases = phrases
    }

    /// The meaning of the phrase that stands last in `range`.
    ///
    /// O(n) in the length of the range.
    func last(in text: [UInt8], _ range: Range<Int>) -> Meaning? {
        range.reversed().lazy.compactMap { meaning(text, at: $0, range.upperBound) }.first
    }

    private func meaning(_ text: [UInt8], at position: Int, _ end: Int) -> Meaning? {
        let candidates = phrases[Int(text[position].lowercased)]
        guard !candidates.isEmpty else { return nil }
        let isWithinWord = position > 0 && text[position].isLetter && text[position - 1].isLetter
        guard !isWithinWord else { return nil }
        return candidates.first { stands($0.spelling, text, at: position, end) }?.meaning
    }

    /// An apostrophe may be a curly one.
    private func stands(_ spelling: StaticString, _ text: [UInt8], at start: Int, _ end: Int) -> Bool {
        var position = start
        for offset in 0..<spelling.utf8CodeUnitCount {
            guard position < end else { return false }
            if text[position].lowercased == spelling.utf8Start[offset] {
                position += 1
            } else if spelling.utf8Start[offset] == UInt8(ascii: "'"), text.has("\u{2019}", at: position) {
                position += 3
            } else {
                return false
            }
        }
        return true
    }
}

extension Phrases<Void> {
    init(_ spellings: [StaticString]) {
        self.init([((), spellings)])
    }

    /// Whether `range` begins with one of them.
    func begin(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        !range.isEmpty && meaning(text, at: range.lowerBound, range.upperBound) != nil
    }

    /// Whether one of them stands in `range`.
    func stand(in text: [UInt8], _ range: Range<Int>) -> Bool {
        last(in: text, range) != nil
    }
}
