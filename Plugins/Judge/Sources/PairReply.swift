/// What a judge's reply says about two answers, A and B.
///
/// As with marks, only a line that is nothing but a choice counts (`A`, `**B**`, `Answer: tie`, `[[A]]`, `{"winner": "B"}`),
/// and all such lines must agree.
enum PairReply: Equatable {
    case choice(Choice)
    case refused
    case unparseable

    enum Choice: String {
        case a, b, tie

        /// Which answer that is, in the order in which they were shown.
        func preference(_ order: PairOrder) -> Preference {
            switch (self, order) {
            case (.tie, _): .tie
            case (.a, .ab), (.b, .ba): .first
            case (.b, .ab), (.a, .ba): .second
            }
        }
    }

    static func read(_ text: String) -> PairReply {
        guard let lines = Reply.lines(of: text) else { return .unparseable }
        let choices = Set(lines.compactMap(choice))
        if let choice = choices.first { return choices.count == 1 ? .choice(choice) : .unparseable }
        return Reply.isRefusal(lines) ? .refused : .unparseable
    }

    /// `[label [: | = | is]] choice [is better]`.
    private static func choice(in words: [String]) -> Choice? {
        var words = words[...]
        while let first = words.first, labels.contains(first) { words = words.dropFirst() }
        if let first = words.first, [":", "=", "is"].contains(first) { words = words.dropFirst() }
        if let first = words.first, nouns.contains(first), words.count > 1 { words = words.dropFirst() }
        if words.suffix(2) == ["is", "better"] || words.suffix(2) == ["is", "better."] { words = words.dropLast(2) }
        guard words.count == 1, var word = words.first else { return nil }
        if word.hasSuffix(".") || word.hasSuffix(",") { word.removeLast() }
        return Choice(rawValue: word)
    }

    private static let labels: Set<String> = [
        "the", "my", "final", "winner", "answer", "choice", "verdict", "better", "preference",
    ]
    private static let nouns: Set<String> = ["query", "answer", "option"]
}
