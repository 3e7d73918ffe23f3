import DataPlane

extension GraphReader {
    /// The samplers' settings that providers know (Docs/specs/provider-gateway.md).
    static let decodeKeys = [
        "n", "max_tokens", "temperature", "top_p", "top_k", "min_p", "seed", "stop", "frequency_penalty",
        "presence_penalty", "repetition_penalty", "logprobs", "top_logprobs",
    ]

    mutating func readDecode(_ node: YAMLNode?) {
        for (key, value) in named(node, "'decode'") {
            guard let name = name(key, "decode profile", in: "'decode'") else { continue }
            // A profile with errors is known by name, so that nothing is said about nodes that use it.
            graph.decode[name] = .some(decodeProfile(name, value))
        }
    }

    private func decodeProfile(_ name: String, _ node: YAMLNode) -> DecodeProfile? {
        let what = "decode profile '\(name)'"
        let before = reader.failures.count
        let map = reader.map(node, what, keys: Self.decodeKeys)
        guard case .mapping = node.content else { return nil }
        if map["max_tokens"] == nil {
            missing("max_tokens", in: map, "'max_tokens' of \(what)", "without it no cap could be kept")
        }
        for (key, value) in map.members { checkSetting(key.text ?? "", value, of: what) }
        guard reader.failures.count == before else { return nil }
        let parameters = map.members.filter { $0.key.text != "n" }.map { ($0.key.text ?? "", $0.value.json) }
        return DecodeProfile(name: name, candidates: Int(map["n"]?.json.int ?? 1), parameters: .object(parameters))
    }

    private func checkSetting(_ key: String, _ value: YAMLNode, of profile: String) {
        let what = "'\(key)' of \(profile)"
        switch key {
        case "n": _ = reader.integer(value, what, in: 1...64)
        case "max_tokens": _ = reader.integer(value, what, in: 1...10_000_000)
        case "temperature": _ = reader.number(value, what, in: 0...10)
        case "top_p", "min_p": _ = reader.number(value, what, in: 0...1)
        case "top_k": _ = reader.integer(value, what, in: -1...1_000_000)
        case "seed": _ = reader.integer(value, what)
        case "frequency_penalty", "presence_penalty": _ = reader.number(value, what, in: -2...2)
        case "repetition_penalty": _ = reader.number(value, what, in: 0...100)
        case "logprobs": _ = reader.bool(value, what)
        case "top_logprobs": _ = reader.integer(value, what, in: 0...20)
        case "stop":
            if case .sequence(let elements) = value.content {
                for element in elements { _ = reader.string(element, "an element of \(what)") }
            } else {
                _ = reader.string(value, what)
            }
        default: break
        }
    }
}
