extension ConformanceRule {
    /// All rules, in the order in which they are reported.
    static let all = LoadRules.all + ConfigRules.all + BindRules.all + DataRules.all + BehaviourRules.all

    /// The rules that others build on, in the order in which they are tried.
    static let gates = ["load.opens", "config.defaults", "bind.accepts", "data.runs"]

    /// The gates without which the rule means nothing: where a plugin breaks one of them, it is not tried.
    var needs: [String] {
        let count =
            switch group {
            case .load: 1
            case .config: 2
            case .bind: 3
            case .data, .behaviour: 4
            }
        return Array(Self.gates.prefix(count).prefix { $0 != id })
    }
}
