import DataPlane

/// Which rules a request names.
enum RuleSelection {
    /// The tasks in the order in which they are reported.
    ///
    /// - Parameters:
    ///   - only: ids of rules, groups, or either with `:step`; empty for all.
    ///   - steps: of the plugin; nil where they are not known.
    /// - Throws: ``Failure`` of code `usage` for a word that names nothing.
    static func tasks(_ only: [String], steps: [String]?) throws(Failure) -> [RuleTask] {
        for word in only { try check(word, steps: steps) }
        return ConformanceRule.all.flatMap { rule in
            let places: [String?] = rule.isOfSteps ? (steps ?? []).map { $0 } : [nil]
            return places.filter { step in only.isEmpty || only.contains { names($0, rule, step) } }
                .map { RuleTask(rule: rule, step: $0) }
        }
    }

    private static func parts(_ word: String) -> (rule: String, step: String?) {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : nil)
    }

    private static func names(_ word: String, _ rule: ConformanceRule, _ step: String?) -> Bool {
        let (name, place) = parts(word)
        return (name == rule.id || name == rule.group.rawValue) && (place == nil || place == step)
    }

    private static func check(_ word: String, steps: [String]?) throws(Failure) {
        let (name, place) = parts(word)
        let known = ConformanceRule.Group.allCases.map(\.rawValue) + ConformanceRule.all.map(\.id)
        guard known.contains(name) else {
            let groups = ConformanceRule.Group.allCases.map(\.rawValue)
            let near = ConfigReader.suggestion(for: name, among: known)
            let hint = near.hasPrefix("did") ? near : ConfigReader.suggestion(for: "", among: groups) + "; see --rules"
            throw Failure("usage", "there is no rule or group \(quoted(name)); \(hint)")
        }
        if let place, let steps, !steps.contains(place) {
            throw Failure(
                "usage", "the plugin has no step \(quoted(place)); \(ConfigReader.suggestion(for: place, among: steps))"
            )
        }
    }
}
