/// Tells a reply that declines to answer from one that merely holds no SQL.
enum Refusal {
    private static let phrases: [StaticString] = [
        "sorry", "i can't", "i cannot", "i can\u{2019}t", "i won't", "i am unable", "i'm unable", "unable to",
        "not able to", "cannot be answered", "can't be answered", "cannot answer", "can't answer", "as an ai",
        "not possible to", "impossible to", "cannot generate", "cannot provide", "can't provide", "can't help",
        "cannot help",
    ]

    /// Whether one of the usual phrases stands in the first 400 bytes.
    static func isStated(in text: [UInt8], _ range: Range<Int>) -> Bool {
        let opening = text[range].prefix(400).map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        return phrases.contains { opening.firstIndex(of: $0, in: 0..<opening.count) != nil }
    }
}
