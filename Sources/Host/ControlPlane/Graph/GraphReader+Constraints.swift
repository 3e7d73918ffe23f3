import DataPlane

/// What a `complete` node asks of its answers besides the text.
extension GraphReader {
    /// `logprobs` and `top_logprobs`.
    func readLikelyTokens(_ map: ConfigReader.Map, of what: String) -> Int? {
        let isWanted = reader.bool(map["logprobs"], "'logprobs' of \(what)")
        let count = reader.integer(map["top_logprobs"], "'top_logprobs' of \(what)", in: 0...20)
        let isSaid = map["logprobs"] != nil || map.misspelled.contains("logprobs")
        if let node = map["top_logprobs"], isWanted == false || !isSaid {
            reader.note("'top_logprobs' of \(what) goes with 'logprobs: true'", at: node)
        }
        return isWanted == true ? Int(count ?? 0) : nil
    }

    /// `response_format`, `tools` and `tool_choice`, as the constraints of a request.
    func readConstraints(_ map: ConfigReader.Map, of what: String) -> [RawVerb.RawConstraint] {
        var constraints: [RawVerb.RawConstraint] = []
        if let node = map["response_format"] {
            constraints.append(readResponseFormat(node, "'response_format' of \(what)"))
        }
        if let node = map["tools"] { constraints.append(readTools(node, "'tools' of \(what)")) }
        if let node = map["tool_choice"] {
            let choice = reader.choice(
                node, "'tool_choice' of \(what)", among: ["auto", "none", "required"])
            if map["tools"] == nil, !map.misspelled.contains("tools") {
                reader.note("'tool_choice' of \(what) goes with 'tools'", at: node)
            }
            if let choice {
                constraints.append(.init(name: "tool_choice", key: "tool_choice", source: .json(.string(choice))))
            }
        }
        return constraints
    }

    private func readResponseFormat(_ node: YAMLNode, _ what: String) -> RawVerb.RawConstraint {
        var constraint = RawVerb.RawConstraint(name: "json_schema", key: "response_format", source: .hidden)
        guard case .mapping = node.content else {
            guard node.json == "json_object" else {
                reader.note("\(what) must be json_object, {json_schema: …}, {file: PATH} or {column: PATH}", at: node)
                return constraint
            }
            return .init(name: "json_object", key: "response_format", source: .json(true))
        }
        let map = reader.map(node, what, keys: ["json_schema", "file", "column"])
        guard map.members.count == 1 else {
            reader.note("\(what) needs one of json_schema, file and column", at: node)
            return constraint
        }
        if let schema = map["json_schema"] {
            if case .mapping = schema.content {
                constraint.source = .json(schema.json)
            } else {
                reader.note("'json_schema' of \(what) must be a map, not \(schema.kind)", at: schema)
            }
        } else {
            readElsewhere(map, what, &constraint) {
                $0.object == nil ? "is \($0.kind), and a schema is an object" : nil
            }
        }
        return constraint
    }

    private func readTools(_ node: YAMLNode, _ what: String) -> RawVerb.RawConstraint {
        var constraint = RawVerb.RawConstraint(name: "tools", key: "tools", source: .hidden)
        switch node.content {
        case .sequence:
            if let problem = Self.problem(ofTools: node.json) {
                reader.note("\(what) \(problem)", at: node)
            } else {
                constraint.source = .json(node.json)
            }
        case .mapping:
            let map = reader.map(node, what, keys: ["file", "column"])
            if map.members.count == 1 {
                readElsewhere(map, what, &constraint, problem: Self.problem)
            } else {
                reader.note("\(what) needs either file or column", at: node)
            }
        case .scalar: reader.note("\(what) must be a list of tools, {file: PATH} or {column: PATH}", at: node)
        }
        return constraint
    }

    /// A value in a file, which is read now, or in a column, which is read for each row.
    private func readElsewhere(
        _ map: ConfigReader.Map, _ what: String, _ constraint: inout RawVerb.RawConstraint,
        problem: (JSONValue) -> String?
    ) {
        if let node = map["column"] {
            if let path = columnPath(node, "'column' of \(what)") { constraint.source = .column(path) }
        } else if let node = map["file"], let path = readPath(node, "'file' of \(what)") {
            constraint.isFile = true
            do {
                let bytes = try readFile(path.value)
                let json = try bytes.withUnsafeBytes { try JSONParser().parse($0) }
                if let problem = problem(json) {
                    reader.note("the file of \(what) \(problem)", at: node)
                } else {
                    constraint.source = .json(json)
                }
            } catch let failure as Failure {
                reader.note(failure.message, at: node)
            } catch {
                reader.note("the file of \(what) is \(error)", at: node)
            }
        }
    }

    /// What is wrong with a list of tools, as a clause; nil when nothing is (OpenAI, "Function calling").
    static func problem(ofTools json: JSONValue) -> String? {
        guard let tools = json.array else { return "is \(json.kind), and tools are an array" }
        if tools.isEmpty { return "is empty; leave it out" }
        for (index, tool) in tools.enumerated()
        where tool["type"]?.string == nil
            || tool["type"]?.string == "function" && tool["function"]?["name"]?.string == nil
        {
            return "has no {type: function, function: {name: …}} at place \(index + 1)"
        }
        return nil
    }
}
