/// How much of a text repeats itself: the share of its runs of four words that have occurred before.
///
/// Like the repeated n-grams of J. Rae et al., Scaling Language Models: Methods, Analysis & Insights from Training Gopher,
/// 2021, arXiv:2112.11446, table A1.
enum Repetition {
    static let words = 4
    /// A text with fewer runs than this says nothing.
    static let fewestRuns = 4

    /// From 0 to 1. Words end at white space; a letter of a script without spaces is a word.
    static func share(of text: String) -> Double {
        var hashes: [UInt64] = []
        var word: UInt64 = 0
        for scalar in text.unicodeScalars {
            if scalar.value >= 0x2E80 && scalar.value < 0xAC00 || scalar.value >= 0x20000 {
                if word != 0 { hashes.append(word) }
                hashes.append(mix(1, scalar.value))
                word = 0
            } else if scalar.properties.isWhitespace {
                if word != 0 { hashes.append(word) }
                word = 0
            } else {
                word = mix(word == 0 ? 1 : word, scalar.value)
            }
        }
        if word != 0 { hashes.append(word) }
        let runs = hashes.count - words + 1
        guard runs >= fewestRuns else { return 0 }
        var seen: Set<UInt64> = []
        for start in 0..<runs {
            seen.insert(hashes[start..<start + words].reduce(7) { ($0 &* 0x0000_0100_0000_01B3) ^ $1 })
        }
        return Double(runs - seen.count) / Double(runs)
    }

    /// FNV-1a, a code point at a time. Source: <http://www.isthe.com/chongo/tech/comp/fnv/>.
    private static func mix(_ hash: UInt64, _ value: UInt32) -> UInt64 {
        ((hash == 1 ? 0xCBF2_9CE4_8422_2325 : hash) ^ UInt64(value)) &* 0x0000_0100_0000_01B3
    }
}
