import DataPlane

extension GraphReader {
    func readUse(_ node: YAMLNode, _ map: ConfigReader.Map, _ title: String) -> RawVerb.Use? {
        guard let text = reader.string(node, "'use' of \(title)") else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty, let plugin = PluginName(parts[0]) else {
            reader.note("'use' of \(title) is \(quoted(text)); write plugin/step", at: node)
            return nil
        }
        let with = reader.map(map["with"], "'with' of \(title)", keys: nil)
        var use = RawVerb.Use(
            mark: node.mark, plugin: plugin, step: parts[1], with: with.members,
            withMark: with.node?.mark ?? node.mark, isolationMark: (map["isolation"] ?? node).mark)
        if let word = reader.choice(map["isolation"], "'isolation' of \(title)", among: ["worker", "inline"]) {
            use.isolation = UsePlan.Isolation(rawValue: word) ?? .worker
        }
        if let workers = reader.integer(map["workers"], "'workers' of \(title)", in: 1...1024) {
            use.workers = Int(workers)
        }
        if let timeout = reader.duration(map["row_timeout"], "'row_timeout' of \(title)") {
            use.rowTimeoutMilliseconds = timeout
        }
        if let word = reader.choice(map["on_violation"], "'on_violation' of \(title)", among: ["fail", "quarantine"]) {
            use.onViolation = UsePlan.OnViolation(rawValue: word) ?? .fail
        }
        use.environment = readEnvironment(map["environment"], title)
        if let share = reader.number(map["crash_limit"], "'crash_limit' of \(title)", in: 0...1) {
            use.crashLimit = share
        }
        if use.isolation == .inline {
            for key in ["workers", "row_timeout", "environment", "crash_limit"] where map[key] != nil {
                reader.note("'\(key)' of \(title) has no meaning with 'isolation: inline'; leave one out", at: map[key])
            }
        }
        return use
    }

    /// Names of variables that the host has.
    private func readEnvironment(_ node: YAMLNode?, _ title: String) -> [String] {
        var names: [String] = []
        for element in reader.list(node, "'environment' of \(title)") {
            guard let name = reader.string(element, "an element of 'environment' of \(title)") else { continue }
            if let problem = environmentProblem(name, names) {
                reader.note("\(quoted(name)) in 'environment' of \(title) \(problem)", at: element)
            } else {
                names.append(name)
            }
        }
        return names
    }

    private func environmentProblem(_ name: String, _ names: [String]) -> String? {
        let isLetter = { (byte: UInt8) in (97...122).contains(byte | 0x20) || byte == 95 }
        guard let first = name.utf8.first, isLetter(first),
            name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) })
        else { return "is not the name of a variable: write letters, digits and _, no digit first" }
        if WorkerEnvironment.reserved.contains(name) { return "is set by the host itself; leave it out" }
        if names.contains(name) { return "stands there twice; leave one out" }
        if !WorkerEnvironment.has(name) { return "is not set; set it before you start, or take it off the list" }
        return nil
    }

    func readIdentify(_ node: YAMLNode, _ title: String) -> RawVerb {
        let map = reader.map(node, "'identify' of \(title)", keys: ["decode"])
        return .identify(mark: node.mark, decode: placedString(map, "decode", of: "'identify' of \(title)"))
    }

    func readComplete(_ node: YAMLNode, _ title: String) -> RawVerb {
        let what = "'complete' of \(title)"
        let map = reader.map(
            node, what,
            keys: [
                "role", "decode", "logprobs", "top_logprobs", "reasoning", "response_format", "tools", "tool_choice",
            ])
        return .complete(
            RawVerb.Complete(
                mark: node.mark, role: placedString(map, "role", of: what),
                decode: placedString(map, "decode", of: what), constraints: readConstraints(map, of: what),
                likelyTokens: readLikelyTokens(map, of: what),
                tellsReasoning: reader.bool(map["reasoning"], "'reasoning' of \(what)") ?? false))
    }

    func readEmbed(_ node: YAMLNode, _ title: String) -> RawVerb {
        let what = "'embed' of \(title)"
        let map = reader.map(node, what, keys: ["role", "input"])
        guard case .mapping = node.content else { return .embed(RawVerb.Embed(mark: node.mark)) }
        return .embed(
            RawVerb.Embed(
                mark: node.mark, role: placedString(map, "role", of: what),
                input: required(map, "input", of: what).flatMap { columnPath($0, "'input' of \(what)") }))
    }

    func readReject(_ node: YAMLNode, _ title: String) -> RawVerb {
        let what = "'reject' of \(title)"
        let map = reader.map(node, what, keys: ["when", "code", "evidence", "hard"])
        let isMap = if case .mapping = node.content { true } else { false }
        var when = RawTests(tests: [], isComplete: false)
        if let tests = map["when"] {
            when = readTests(tests, of: title)
        } else if isMap {
            missing("when", in: map, "'when' of \(what)", "it says which rows are rejected")
        }
        let code = placedString(map, "code", of: what)
        if let code, !isName(code.value) {
            reader.note("the code \(quoted(code.value)) of \(title) must be \(nameRule())", at: code.mark)
        }
        let evidence = reader.list(map["evidence"], "'evidence' of \(title)").compactMap {
            columnPath($0, "an element of 'evidence' of \(title)")
        }
        return .reject(
            RawVerb.Reject(
                when: when, code: code?.value, evidence: evidence,
                isHard: reader.bool(map["hard"], "'hard' of \(title)") ?? false))
    }

    func readSelect(_ node: YAMLNode, _ title: String) -> RawVerb {
        let what = "'select' of \(title)"
        let map = reader.map(node, what, keys: ["per", "order", "keep"])
        guard case .mapping = node.content else { return .select(RawVerb.Select(order: [], keep: 1)) }
        _ = reader.choice(required(map, "per", of: what), "'per' of \(what)", among: ["sample"])
        let keep = required(map, "keep", of: what).flatMap { reader.integer($0, "'keep' of \(what)", in: 1...64) }
        let list = required(map, "order", of: what)
        let elements = reader.list(list, "'order' of \(what)")
        if let list, case .sequence = list.content, elements.isEmpty {
            reader.note("'order' of \(what) names no column", at: list)
        }
        let order = elements.compactMap { element in
            let name = "an element of 'order' of \(title)"
            let map = reader.map(element, name, keys: ["column", "direction"])
            guard case .mapping = element.content else { return nil as (Placed<ColumnPath>, Bool)? }
            let direction = reader.choice(
                required(map, "direction", of: name), "'direction' of \(name)", among: ["ascending", "descending"])
            let path = required(map, "column", of: name).flatMap { columnPath($0, "'column' of \(name)") }
            return path.map { ($0, direction == "descending") }
        }
        return .select(RawVerb.Select(order: order, keep: Int(keep ?? 1)))
    }

    private func placedString(_ map: ConfigReader.Map, _ key: String, of what: String) -> Placed<String>? {
        guard let node = map.node, case .mapping = node.content else { return nil }
        return required(map, key, of: what).flatMap { value in
            reader.string(value, "'\(key)' of \(what)").map { Placed($0, value) }
        }
    }
}
