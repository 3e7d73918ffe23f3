import PluginKit

/// `rules/check`: the first rule that a text breaks.
struct Check: Step {
    static let id = "check"
    static let summary = "Says whether a text keeps the rules, and if not, which one it breaks."
    static let doc = "The rules are tried in the order of the status values; the first that fails counts."

    let text: Input<String?>
    let status: Output<String>
    let reason: Output<String?>

    private let minimumCharacters: Int?
    private let maximumCharacters: Int?
    private let bannedPhrases: [String]
    private let requiredPattern: String?
    private let forbiddenPattern: String?

    private var banned: [BannedPhrase] = []
    private var required: Pattern?
    private var forbidden: Pattern?

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The text; null is the same as empty.")
        status = declare.adds(
            "status",
            options: ["ok", "empty", "too_short", "too_long", "banned", "pattern_missing", "pattern_forbidden"],
            doc: "`ok`, or the first rule that the text breaks.")
        reason = declare.adds("reason", doc: "What broke the rule: a length, a phrase, a pattern, the forbidden part.")
        minimumCharacters = declare.optionalOption(
            "min_characters", in: 1...Int.max, doc: "Fewest characters (Unicode code points).")
        maximumCharacters = declare.optionalOption(
            "max_characters", in: 1...Int.max, doc: "Most characters (Unicode code points).")
        bannedPhrases = declare.option(
            "banned", default: [], doc: "Phrases that must not occur, in any case, as whole words.")
        requiredPattern = declare.optionalOption(
            "pattern", doc: "POSIX extended regular expression that has to match somewhere.")
        forbiddenPattern = declare.optionalOption(
            "forbidden_pattern", doc: "POSIX extended regular expression that must not match anywhere.")
        declare.example(
            with: ["min_characters": 3, "banned": ["draft"]],
            input: [["text": "fine"], ["text": " "], ["text": "ab"], ["text": "a DRAFT here"]],
            output: [
                ["status": "ok", "reason": nil], ["status": "empty", "reason": nil],
                ["status": "too_short", "reason": "2 characters"], ["status": "banned", "reason": "draft"],
            ])
    }

    mutating func open() throws {
        if let least = minimumCharacters, let most = maximumCharacters, least > most {
            throw StepError(
                .invalidConfig, where: "/min_characters",
                "Option `min_characters` (\(least)) is greater than `max_characters` (\(most)).")
        }
        if let index = bannedPhrases.firstIndex(of: "") {
            throw StepError(
                .invalidConfig, where: "/banned/\(index)", "Option `banned` has an empty phrase; leave it out.")
        }
        banned = bannedPhrases.map { BannedPhrase($0) }
        required = try compiled(requiredPattern, option: "pattern")
        forbidden = try compiled(forbiddenPattern, option: "forbidden_pattern")
    }

    private func compiled(_ pattern: String?, option: String) throws(StepError) -> Pattern? {
        guard let pattern else { return nil }
        if pattern.utf8.contains(0) {
            throw StepError(.invalidConfig, where: "/\(option)", "Option `\(option)` must not contain U+0000.")
        }
        do {
            return try Pattern(pattern)
        } catch {
            throw StepError(
                .invalidConfig, where: "/\(option)",
                "Option `\(option)` is not a POSIX extended regular expression: \(error.message).")
        }
    }

    func run(_ row: inout Row) {
        let (status, reason) = check(row[text] ?? "")
        row[self.status] = status
        row[self.reason] = reason
    }

    private func check(_ text: String) -> (status: String, reason: String?) {
        if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) { return ("empty", nil) }
        if minimumCharacters != nil || maximumCharacters != nil {
            let count = text.unicodeScalars.count
            if let least = minimumCharacters, count < least { return ("too_short", characters(count)) }
            if let most = maximumCharacters, count > most { return ("too_long", characters(count)) }
        }
        if !banned.isEmpty {
            let lowercased = Array(text.lowercased().unicodeScalars)
            if let found = banned.first(where: { $0.stands(in: lowercased) }) { return ("banned", found.phrase) }
        }
        if let required, required.match(in: text) == nil { return ("pattern_missing", required.text) }
        if let part = forbidden?.match(in: text) { return ("pattern_forbidden", part) }
        return ("ok", nil)
    }

    private func characters(_ count: Int) -> String {
        count == 1 ? "1 character" : "\(count) characters"
    }
}
