import DataPlane

extension GraphReader {
    mutating func readEvaluate(_ node: YAMLNode?) {
        guard let node else { return }
        let what = "'evaluate'"
        let map = reader.map(
            node, what, keys: ["graph", "role", "verdict", "executable", "feedback", "pairs", "models"])
        guard case .mapping = node.content else { return }
        if map["graph"] == nil {
            missing("graph", in: map, "'graph' of 'evaluate'", "it says how the test rows are asked and judged")
        }
        let path = readPath(map["graph"], "'graph' of \(what)").map { $0.value }
        let verdict = required(map, "verdict", of: what).flatMap { columnPath($0, "'verdict' of \(what)") }
        let executable = map["executable"].flatMap { columnPath($0, "'executable' of \(what)") }
        let role = map["role"].flatMap { node in
            reader.string(node, "'role' of \(what)").map { GraphPlace($0, node, reader) }
        }
        let feedback = readPath(map["feedback"], "'feedback' of \(what)")
        let models = readModels(required(map, "models", of: what))
        let pairs = map["pairs"].flatMap { readPairs($0, of: models) }
        if let node = map["pairs"], map["feedback"] != nil {
            reader.note("'evaluate' has 'feedback' and 'pairs', which both say who wins; leave one out", at: node)
        }
        guard let path, let verdict, let graphNode = map["graph"], let verdictNode = map["verdict"] else { return }
        graph.evaluate = EvaluateSection(
            graph: GraphPlace(path, graphNode, reader), role: role,
            verdict: GraphPlace(verdict.value, verdictNode, reader),
            executable: executable.flatMap { path in map["executable"].map { GraphPlace(path.value, $0, reader) } },
            feedback: feedback?.value, pairs: pairs, models: models,
            json: .object(
                (node.json.object ?? []).filter { !["graph", "feedback", "pairs", "models"].contains($0.0) }))
    }

    private mutating func readModels(_ node: YAMLNode?) -> [EvaluateSection.Model] {
        let map = reader.map(node, "'models' of 'evaluate'", keys: EvaluateSection.roles)
        guard let node, case .mapping = node.content else { return [] }
        if map["student"] == nil {
            missing("student", in: map, "'student' of 'models'", "an evaluation is about it")
        }
        return map.members.compactMap { key, value in
            key.text.flatMap { EvaluateSection.roles.contains($0) ? readModel($0, value) : nil }
        }
    }

    private func readModel(_ role: String, _ node: YAMLNode) -> EvaluateSection.Model? {
        let what = "the model '\(role)'"
        if case .scalar = node.content {
            guard reader.choice(node, what, among: ["registry"]) != nil else { return nil }
            if role != "previous" {
                reader.note("only 'previous' can be 'registry'; say which provider answers for the \(role)", at: node)
            }
            return EvaluateSection.Model(role: role, answerer: .registry)
        }
        let map = reader.map(node, what, keys: ["provider", "role", "graph", "serve", "name"])
        guard case .mapping = node.content else { return nil }
        let provider = map["provider"].flatMap { node in
            reader.string(node, "'provider' of \(what)").map { GraphPlace($0, node, reader) }
        }
        let asked = map["role"].flatMap { node in
            reader.string(node, "'role' of \(what)").map { GraphPlace($0, node, reader) }
        }
        if let node = map["role"], map["provider"] != nil {
            reader.note("\(what) has a provider and a role; leave one out", at: node)
        }
        if map["provider"] == nil, map["role"] == nil, !map.misspelled.contains("provider"),
            !map.misspelled.contains("role")
        {
            reader.note("\(what) says neither which provider answers nor which role", at: node)
        }
        let served = map["serve"].flatMap { readServed($0, what) }
        if let node = map["serve"] {
            if map["provider"] == nil, map["role"] != nil {
                reader.note("'serve' of \(what) goes with 'provider', which says how the server is asked", at: node)
            }
            if graph.serve == nil, !graph.incomplete.contains("'serve'") {
                reader.note("'serve' of \(what) needs the section 'serve', which says how a model is served", at: node)
            }
            if served == .trained, role != "student" {
                reader.note(
                    "the trained model is the student; 'serve' of \(what) can be untrained, previous or a path",
                    at: node)
            }
            if served == .trained || served == .untrained, graph.train == nil, !graph.incomplete.contains("'train'") {
                reader.note("'serve: \(node.text ?? "")' of \(what) needs the section 'train'", at: node)
            }
        }
        let path = readPath(map["graph"], "'graph' of \(what)")?.value
        let name = reader.string(map["name"], "'name' of \(what)")
        guard let answerer = provider.map({ .provider($0) }) ?? asked.map({ EvaluateSection.Model.Answerer.role($0) })
        else { return nil }
        return EvaluateSection.Model(role: role, answerer: answerer, graph: path, served: served, name: name)
    }

    private func readServed(_ node: YAMLNode, _ what: String) -> EvaluateSection.Model.Served? {
        switch node.text {
        case "trained": .trained
        case "untrained": .untrained
        case "previous": .previous
        default: readPath(node, "'serve' of \(what)", folders: true).map { .path($0.value) }
        }
    }

    mutating func readServe(_ node: YAMLNode?) {
        guard let node else { return }
        let map = reader.map(node, "'serve'", keys: ["command", "url", "ready", "deadline"])
        graph.incomplete.insert("'serve'")
        guard case .mapping = node.content else { return }
        let command = readWords(required(map, "command", of: "'serve'"), "'command' of 'serve'", ["model", "port"])
        let url = readTemplate(required(map, "url", of: "'serve'"), "'url' of 'serve'", ["port"])
        let ready = readTemplate(map["ready"], "'ready' of 'serve'", ["port"])
        let deadline = reader.duration(map["deadline"], "'deadline' of 'serve'")
        // One that is spelled wrong has been reported.
        let others = command.flatMap(Self.placeholders).filter { $0 != "port" }
        if let node = map["command"], !command.isEmpty, others.isEmpty {
            reader.note("'command' of 'serve' has no '{model}', so it does not say what is served", at: node)
        }
        guard !command.isEmpty, let url else { return }
        var serve = ServeSection(
            command: command, url: url, ready: ready ?? url + "/models", json: .array(command.map { .string($0) }))
        if let deadline { serve.deadlineMilliseconds = deadline }
        graph.serve = serve
        graph.incomplete.remove("'serve'")
    }
}
