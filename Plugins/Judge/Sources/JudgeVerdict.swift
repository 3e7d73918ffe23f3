/// A verdict made of a score, to be compared with that of a gold query.
enum JudgeVerdict {
    static let words = ["ok", "wrong", "undecidable"]

    /// Without a score nothing is decided.
    static func word(_ score: Double?, okFrom threshold: Double) -> String {
        guard let score else { return "undecidable" }
        return score >= threshold ? "ok" : "wrong"
    }
}
