/// A rule to be tried, on a step or on the whole plugin.
struct RuleTask: Sendable {
    var rule: ConformanceRule
    var step: String?
}
