import DataPlane

extension ProviderConfigReader {
    /// `prices: {prompt: 0.15, completion: 0.6}`, for a million tokens.
    func prices(_ node: YAMLNode?, _ what: String) -> Prices? {
        guard let node else { return nil }
        let map = reader.map(node, "prices of \(what)", keys: ["prompt", "completion"])
        guard case .mapping = node.content else { return nil }
        let price = { (key: String) -> Int64? in
            if map[key] == nil { reader.note("prices of \(what) needs '\(key)', for a million tokens", at: node) }
            return reader.number(map[key], "\(key) in prices of \(what)", in: 0...1_000_000).map {
                Int64(($0 * Budget.unit / 1_000_000).rounded(.up))
            }
        }
        let (prompt, completion) = (price("prompt"), price("completion"))
        guard let prompt, let completion else { return nil }
        return Prices(prompt: prompt, completion: completion)
    }

    /// `budgets: {teacher: {requests: 1000, tokens: 2000000, money: 20}}`.
    func budgets(_ node: YAMLNode?, _ config: ProviderConfig) -> [String: Budget] {
        var budgets: [String: Budget] = [:]
        for (key, value) in reader.map(node, "budgets", keys: nil).members {
            let name = key.text ?? ""
            guard let role = config.roles.first(where: { $0.name == name }) else {
                reader.note(
                    "budgets names the role '\(name)', which roles does not have; "
                        + ConfigReader.suggestion(for: name, among: config.roles.map(\.name)), at: key)
                continue
            }
            budgets[name] = budget(value, of: role, config)
        }
        return budgets
    }

    private func budget(_ node: YAMLNode, of role: Role, _ config: ProviderConfig) -> Budget {
        let what = "the budget of role '\(role.name)'"
        let map = reader.map(node, what, keys: ["requests", "tokens", "money"])
        let money = reader.number(map["money"], "money in \(what)", in: 0...1_000_000)
        if case .mapping(let members) = node.content, members.isEmpty {
            reader.note("\(what) is empty; give it requests, tokens or money", at: node)
        }
        if money != nil {
            let asked = role.members.compactMap { member in config.providers.first { $0.id == member.provider } }
            for provider in asked where provider.prices == nil && provider.endpoint != nil {
                reader.note(
                    "\(what) is in money, and provider '\(provider.id)' has no prices; "
                        + "add prices: {prompt: …, completion: …} for a million tokens", at: map["money"])
            }
        }
        return Budget(
            requests: reader.integer(map["requests"], "requests in \(what)", in: 0...Int64.max),
            tokens: reader.integer(map["tokens"], "tokens in \(what)", in: 0...Int64.max),
            money: money.map { Int64(($0 * Budget.unit).rounded(.down)) })
    }
}
