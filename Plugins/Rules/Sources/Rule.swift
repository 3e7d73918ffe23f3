/// Something that is asked of a text.
enum Rule {
    case notEmpty
    case complete
    case characters(least: Int?, most: Int?)
    case tokens(least: Int?, most: Int?)
    case banned([BannedPhrase])
    case required(Pattern)
    case forbidden(Pattern)
    case json(JSONShape)
    case scripts(ScriptRule)
    case repetition(most: Double)

    /// What a text that breaks a rule is, with what shows it.
    struct Problem {
        let status: String
        let reason: String?
    }

    static let statuses = [
        "ok", "empty", "truncated", "too_short", "too_long", "too_few_tokens", "too_many_tokens", "banned",
        "pattern_missing", "pattern_forbidden", "not_json", "wrong_script", "repetitive",
    ]

    /// How a text breaks the rule; nil if it keeps it.
    func problem(with text: String, _ finishReason: String?) -> Problem? {
        switch self {
        case .notEmpty:
            return text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
                ? Problem(status: "empty", reason: nil) : nil
        case .complete:
            if finishReason == "length" { return Problem(status: "truncated", reason: "finish_reason length") }
            let isOpen = Fences.isOpen(text)
            return isOpen ? Problem(status: "truncated", reason: "a fence is not closed") : nil
        case .characters(let least, let most):
            return Self.length(
                Self.characters(of: text), least, most, unit: "character", short: "too_short", long: "too_long")
        case .tokens(let least, let most):
            return Self.length(
                TokenEstimate.tokens(text), least, most, unit: "token", short: "too_few_tokens", long: "too_many_tokens"
            )
        case .banned(let phrases):
            let folded = BannedPhrase.folded(text)
            return phrases.first { $0.stands(in: folded) }.map { Problem(status: "banned", reason: $0.phrase) }
        case .required(let pattern):
            return pattern.match(in: text) == nil ? Problem(status: "pattern_missing", reason: pattern.text) : nil
        case .forbidden(let pattern):
            return pattern.match(in: text).map { Problem(status: "pattern_forbidden", reason: $0) }
        case .json(let shape):
            return shape.problem(with: text).map { Problem(status: "not_json", reason: $0) }
        case .scripts(let rule):
            return rule.stranger(in: text).map { scalar in
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
                return Problem(status: "wrong_script", reason: "U+\(code) \(scalar)")
            }
        case .repetition(let most):
            let share = Repetition.share(of: text)
            guard share > most else { return nil }
            return Problem(status: "repetitive", reason: "\(Int((share * 100).rounded())) % of its runs of four words")
        }
    }

    /// Unicode code points: the bytes that begin one.
    private static func characters(of text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            bytes.areASCII ? bytes.count : bytes.count { $0 & 0xC0 != 0x80 }
        }
    }

    private static func length(
        _ count: Int, _ least: Int?, _ most: Int?, unit: String, short: String, long: String
    ) -> Problem? {
        let reason = count == 1 ? "1 \(unit)" : "\(count) \(unit)s"
        if let least, count < least { return Problem(status: short, reason: reason) }
        if let most, count > most { return Problem(status: long, reason: reason) }
        return nil
    }
}
