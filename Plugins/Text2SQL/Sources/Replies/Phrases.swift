/// Phrases that are found in any letter case where whole words stand.
struct Phrases: Sendable {
    /// By their first byte.
    private let phrases: [[Phrase]]

    private struct Phrase: Sendable {
        let spelling: StaticString
        /// Without the asterisk behind it.
        let length: Int
        /// Whether its last word may go on.
        let isStem: Bool
    }

    /// - Parameter spellings: in small letters; `combin*` is found in `combining`.
    init(_ spellings: [StaticString]) {
        var phrases = [[Phrase]](repeating: [], count: 256)
        for spelling in spellings {
            let length = spelling.utf8CodeUnitCount
            let isStem = spelling.utf8Start[length - 1] == UInt8(ascii: "*")
            phrases[Int(spelling.utf8Start[0])].append(
                Phrase(spelling: spelling, length: isStem ? length - 1 : length, isStem: isStem))
        }
        self.phrases = phrases
    }

    /// Whether one of them stands in `range`. O(n) in its length.
    func stand(in text: [UInt8], _ range: Range<Int>) -> Bool {
        range.contains { stand(at: $0, text, range.upperBound) }
    }

    /// Whether `range` begins with one of them.
    func begin(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        !range.isEmpty && stand(at: range.lowerBound, text, range.upperBound)
    }

    private func stand(at position: Int, _ text: [UInt8], _ end: Int) -> Bool {
        let candidates = phrases[Int(text[position].lowercased)]
        guard !candidates.isEmpty else { return false }
        // In scripts without spaces every character may begin a word.
        if text[position].isLetter, position > 0, text[position - 1].isNamePart, text[position - 1] < 0x80 {
            return false
        }
        return candidates.contains { stands($0, text, at: position, end) }
    }

    /// An apostrophe may be a curly one.
    private func stands(_ phrase: Phrase, _ text: [UInt8], at start: Int, _ end: Int) -> Bool {
        var position = start
        for offset in 0..<phrase.length {
            guard position < end else { return false }
            let byte = phrase.spelling.utf8Start[offset]
            if text[position].lowercased == byte {
                position += 1
            } else if byte == UInt8(ascii: "'"), text.has("\u{2019}", at: position) {
                position += 3
            } else {
                return false
            }
        }
        let isWordGoingOn =
            position < end && text[position - 1].isLetter && text[position].isNamePart && text[position] < 0x80
        return phrase.isStem || !isWordGoingOn
    }
}

extension Array where Element == UInt8 {
    /// Whether one of the phrases, given in small letters, stands in `range` in any letter case, also within words.
    func holds(_ phrases: [StaticString], in range: Range<Int>) -> Bool {
        let words = self[range].map(\.lowercased)
        return phrases.contains { words.firstIndex(of: $0, in: 0..<words.count) != nil }
    }
}
