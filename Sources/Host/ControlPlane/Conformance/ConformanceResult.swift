import DataPlane

/// What became of one rule, for one step where it is tried on each.
public struct ConformanceResult: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable {
        case pass, fail, crashed, skipped, warning

        /// Whether the plugin does not conform.
        public var isBad: Bool { self == .fail || self == .crashed }
    }

    public var rule: String
    /// Nil for a rule about the whole plugin.
    public var step: String?
    public var outcome: Outcome
    /// What was seen; empty for a pass.
    public var seen = ""
    /// What to do about it; empty for a pass.
    public var remedy = ""

    /// The rule's group: `data` of `data.offset`.
    public var group: String { String(rule.prefix { $0 != "." }) }

    var json: JSONValue {
        [
            "rule": .string(rule), "step": step.map { .string($0) } ?? .null, "result": .string(outcome.rawValue),
            "seen": .string(seen), "remedy": .string(remedy),
        ]
    }
}
