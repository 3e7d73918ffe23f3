import DataPlane

extension GraphReader {
    static let verbs = ["use", "identify", "complete", "embed", "reject", "select"]
    /// What only a node with the verb 'use' may have.
    static let useKeys = ["with", "isolation", "workers", "row_timeout", "environment", "crash_limit", "on_violation"]
    static let nodeKeys = ["id"] + verbs + ["from", "in", "when", "artifact"] + useKeys
    /// Written by the host for every run.
    static let hostArtifacts = ["raw", "distilled", "rejected", "hard_samples"]

    mutating func readNodes(_ top: ConfigReader.Map) {
        guard let node = top["nodes"] else {
            return missing("nodes", in: top, "'nodes'", "it says what happens to the rows")
        }
        let elements = reader.list(node, "'nodes'")
        if case .sequence = node.content, elements.isEmpty {
            reader.note("'nodes' is empty; a graph has at least one node", at: node)
        }
        for element in elements { graph.nodes.append(readNode(element)) }
    }

    private func readNode(_ yaml: YAMLNode) -> RawNode {
        var node = RawNode(yaml: yaml)
        guard case .mapping(let members) = yaml.content else {
            reader.note("a node must be a map, not \(yaml.kind)", at: yaml)
            return node
        }
        node.id = members.first { $0.key.text == "id" }.flatMap { nodeID($0.value) }
        let keys = Self.nodeKeys
        let map = reader.map(yaml, node.title, keys: keys)
        node.misspelled = map.misspelled
        if map["id"] == nil { missing("id", in: map, "'id' of a node") }
        if let from = map["from"] { node.from = readFrom(from, node.title) }
        if let artifact = map["artifact"] { node.artifact = readArtifact(artifact, node.title) }
        guard let verb = verb(map, node, keys: keys) else { return node }
        refuseMisplacedKeys(map, verb: verb.name, node)
        node.bindings = readBindings(map["in"], node.title)
        if let when = map["when"] { node.when = readTests(when, of: node.title) }
        if map.misspelled.contains("when") { node.when = RawTests(tests: [], isComplete: false) }
        switch verb.name {
        case "use": node.verb = readUse(verb.value, map, node.title).map { .use($0) }
        case "identify": node.verb = readIdentify(verb.value, node.title)
        case "complete": node.verb = readComplete(verb.value, node.title)
        case "embed": node.verb = readEmbed(verb.value, node.title)
        case "reject": node.verb = readReject(verb.value, node.title)
        default: node.verb = readSelect(verb.value, node.title)
        }
        return node
    }

    private func nodeID(_ value: YAMLNode) -> Placed<String>? {
        guard let id = reader.string(value, "'id' of a node") else { return nil }
        guard isName(id) else {
            reader.note("the node id \(quoted(id)) must be \(nameRule())", at: value)
            return nil
        }
        return Placed(id, value)
    }

    private func verb(
        _ map: ConfigReader.Map, _ node: RawNode, keys: [String]
    ) -> (name: String, value: YAMLNode)? {
        let found = map.members.filter { Self.verbs.contains($0.key.text ?? "") }
        if found.count > 1 {
            reader.note(
                "\(node.title) has two verbs, \(found[0].key.text ?? "") and \(found[1].key.text ?? ""); "
                    + "make two nodes of it", at: found[1].key)
            return nil
        }
        guard let first = found.first, let name = first.key.text else {
            // An unknown key may be a verb spelled wrong, and that has been said.
            if map.members.allSatisfy({ keys.contains($0.key.text ?? "") }) {
                reader.note(
                    "\(node.title) has no verb; give it one of \(Self.verbs.joined(separator: ", "))", at: node.yaml)
            }
            return nil
        }
        return (name, first.value)
    }

    private func refuseMisplacedKeys(_ map: ConfigReader.Map, verb: String, _ node: RawNode) {
        for (key, _) in map.members {
            switch (key.text ?? "", verb) {
            case (let name, let verb) where verb != "use" && Self.useKeys.contains(name):
                reader.note("'\(name)' goes with 'use', and \(node.title) is '\(verb)'", at: key)
            case ("in", "identify"), ("in", "embed"), ("in", "reject"), ("in", "select"):
                reader.note("'in' goes with 'use' and 'complete', and \(node.title) is '\(verb)'", at: key)
            case ("when", "reject"):
                reader.note("'when' of \(node.title) goes inside 'reject: {when: …}'", at: key)
            case ("when", "identify"), ("when", "select"):
                reader.note("\(node.title) cannot have a 'when': every row passes '\(verb)'", at: key)
            default: break
            }
        }
    }

    private func readFrom(_ node: YAMLNode, _ title: String) -> [Placed<String>]? {
        guard case .sequence(let elements) = node.content else {
            return reader.string(node, "'from' of \(title)").map { [Placed($0, node)] } ?? []
        }
        if elements.isEmpty { reader.note("'from' of \(title) names no node", at: node) }
        return elements.compactMap { element in
            reader.string(element, "an element of 'from' of \(title)").map { Placed($0, element) }
        }
    }

    private func readArtifact(_ node: YAMLNode, _ title: String) -> Placed<String>? {
        guard let name = reader.string(node, "'artifact' of \(title)") else { return nil }
        if Self.hostArtifacts.contains(name) {
            reader.note("the artifact '\(name)' is written by the host; call this one something else", at: node)
        } else if !isName(name) {
            reader.note("the artifact \(quoted(name)) of \(title) must be \(nameRule())", at: node)
        } else {
            return Placed(name, node)
        }
        return nil
    }

    private func readBindings(_ node: YAMLNode?, _ title: String) -> [RawBinding] {
        reader.map(node, "'in' of \(title)", keys: nil).members.map { key, value in
            RawBinding(
                name: Placed(key.text ?? "", key),
                path: columnPath(value, "'\(key.text ?? "")' in 'in' of \(title)"))
        }
    }

    func readTests(_ node: YAMLNode, of title: String) -> RawTests {
        let what = "'when' of \(title)"
        let words = RawTest.Word.allCases.map(\.rawValue)
        var tests = RawTests()
        let members = reader.map(node, what, keys: nil).members
        if members.isEmpty { tests.isComplete = false }
        if case .mapping = node.content, members.isEmpty { reader.note("\(what) is empty; leave it out", at: node) }
        for (key, value) in members {
            let path = columnPath(key, "a key of \(what)")
            guard case .mapping(let pairs) = value.content, !pairs.isEmpty else {
                tests.isComplete = false
                let problem = value.kind == "a map" ? "is empty" : "must be a map, not \(value.kind)"
                let remedy = "write one such as {equals: ok}"
                reader.note("the test of \(quoted(key.text ?? "")) \(problem); \(remedy)", at: value)
                continue
            }
            _ = reader.map(value, "the test of \(quoted(key.text ?? ""))", keys: words)
            for (word, constant) in pairs {
                guard let path, let known = RawTest.Word(rawValue: word.text ?? "") else {
                    tests.isComplete = false
                    continue
                }
                tests.tests.append(RawTest(path: path, word: known, value: constant))
            }
        }
        return tests
    }
}
