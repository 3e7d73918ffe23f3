import DataPlane

/// What the rows of a batch are there to try.
enum SampleFlavour: Equatable {
    /// Rows as they come: those of the examples, words, small numbers, a null now and then.
    case plain
    /// Null wherever a column may be.
    case null
    /// Texts of 1 MiB.
    case longText
    /// Emoji, combining characters, text from right to left, control characters, NUL.
    case unicode
    /// The ends of the number types, infinities, not-a-number.
    case extremeNumbers

    static let longTextBytes = 1 << 20

    private static let words = [
        "copper", "the", "harbour", "seven", "rain", "count", "red", "orchard", "north", "bridge", "of", "window",
        "quiet", "map", "river", "and", "paper", "lamp", "12", "3.5",
    ]

    private static let characters = [
        "\u{1F600}", "e\u{301}", "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        "\u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947}",
        "\u{627}\u{644}\u{639}\u{631}\u{628}\u{64A}\u{629}", "\u{FEFF}x", "a\u{0}b", "\u{10FFFF}", "\u{FB01}",
        "\u{130}",
        "\u{DF}", "\u{1}\u{7F}", "\u{65E5}\u{672C}\u{8A9E}", "\u{1F1EB}\u{1F1F7}", "\u{2028}", "x\u{323}\u{307}",
    ]

    func text(_ random: inout SplitMix64) -> String {
        switch self {
        case .plain, .null, .extremeNumbers:
            if random.oneIn(16) { return "" }
            let text = (0...random.below(8)).map { _ in random.pick(Self.words) }.joined(separator: " ")
            return random.oneIn(4) ? text + random.pick([".", "?", "\n", "\t\"'", "{\"a\": [1]}"]) : text
        case .longText:
            if random.oneIn(4) { return SampleFlavour.plain.text(&random) }
            let part = random.oneIn(2) ? "\u{1F600}\u{20AC} " : "copper harbour, "
            return String(repeating: part, count: Self.longTextBytes / part.utf8.count)
        case .unicode:
            return (0...random.below(6)).map { _ in random.pick(Self.characters) }.joined(
                separator: random.oneIn(2) ? " " : "")
        }
    }

    func integer(_ random: inout SplitMix64) -> Int64 {
        self == .extremeNumbers
            ? random.pick([.min, .max, 0, -1, 1 << 31, -(1 << 31) - 1, 1 << 53]) : Int64(random.below(200)) - 20
    }

    func number(_ random: inout SplitMix64) -> Double {
        self == .extremeNumbers
            ? random.pick([
                .nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0x1p53 + 2,
            ]) : Double(random.below(2000) - 200) / 16
    }
}
