import DataPlane

extension GraphCheck {
    /// The columns that a training reads, and their types.
    func checkTrain() -> TrainSection? {
        guard let train = graph.train else { return nil }
        let scope = outputs.last ?? .hidden
        let prompt = checkPrompt(train, in: scope)
        let answer = train.answer.flatMap { path -> ColumnPath? in
            guard let found = find(path, as: "the answer of 'train'", in: scope) else { return nil }
            guard found.type == .utf8 else {
                reader.note("the answer of 'train' has to be text, and '\(found.path)' is \(found.type)", at: path.mark)
                return nil
            }
            return found.path
        }
        if scope.isComplete, scope.isUpstreamKnown, scope.column("input_id") == nil {
            reader.note(
                "'train' needs a node with the verb 'identify': samples are split by their input_id", at: train.node)
        }
        guard let prompt, let answer, let student = train.student?.value, let trainer = train.trainer else {
            return nil
        }
        var section = TrainSection(
            student: student, prompt: prompt, answer: answer, trainer: trainer, json: Self.contract(train))
        if let share = train.validationShare { section.validationShare = share }
        if let seed = train.seed { section.seed = Int(seed) }
        if let tokens = train.maximumTokens { section.maximumTokens = Int(tokens) }
        return section
    }

    private func checkPrompt(_ train: RawTrain, in scope: Scope) -> ColumnPath? {
        if let path = train.prompt {
            guard let found = find(path, as: "the prompt of 'train'", in: scope) else { return nil }
            guard found.type == .messages else {
                reader.note(
                    "the prompt of 'train' has to be messages, \(DataType.messages), and '\(found.path)' is \(found.type)",
                    at: path.mark)
                return nil
            }
            return found.path
        }
        // A judge further down has messages of its own, which no student is asked.
        for node in nodes.reversed() {
            guard case .complete(let complete) = node.verb, complete.role == TrainSection.teacherRole else { continue }
            if case .found(let found) = scope.find(complete.messages) { return found.path }
        }
        switch scope.find(tag: .messages) {
        case .found(let found): return found.path
        case .hidden: return nil
        case .missing, nil:
            reader.note("no column is tagged messages here; name the prompt of 'train'", at: train.node)
            return nil
        }
    }

    private func find(_ path: GraphDocument.Placed<ColumnPath>, as what: String, in scope: Scope) -> Scope.Found? {
        switch scope.find(path.value) {
        case .found(let found): return found
        case .hidden: return nil
        case .missing(let reason):
            reader.note("\(what): \(reason)", at: path.mark)
            return nil
        }
    }

    /// What of the section may change results; where the student and Python lie may not.
    private static func contract(_ train: RawTrain) -> JSONValue {
        .object(
            (train.node.json.object ?? []).filter { $0.0 != "student" }.map { key, value in
                guard key == "trl" || key == "command", let members = value.object else { return (key, value) }
                return (key, .object(members.filter { $0.0 != "python" }))
            })
    }
}

extension Plan {
    /// Checks what `evaluate` of another graph says about the columns of this one.
    ///
    /// - Returns: what does not fit, each at its place.
    public func failures(of section: EvaluateSection) -> [Failure] {
        let name = "the evaluation graph '\(self.name)'"
        var failures: [Failure] = []
        let asked = section.role?.value ?? EvaluateSection.askedRole
        let asking = nodes.filter { $0.verb.role == asked }
        if asking.isEmpty {
            let roles = nodes.compactMap { $0.verb.role }
            failures.append(
                (section.role ?? section.graph).failure(
                    "\(name) asks no role \(quoted(asked)); \(ConfigReader.suggestion(for: asked, among: roles))"))
        }
        if let first = nodes.firstIndex(where: { $0.verb.role != nil }) {
            if first == 0 || nodes[first].inputs != [.node(first - 1)]
                || nodes[first].output.type(of: ColumnPath(["input_id"])) == nil
            {
                failures.append(
                    section.graph.failure(
                        "\(name) has to identify its rows before node '\(nodes[first].id)' asks, and that node has to follow "
                            + "the one above it: rows are compared by their input_id"))
            }
            for node in nodes {
                guard case .complete(let complete) = node.verb, complete.role == asked,
                    let profile = decode[complete.decode]
                else { continue }
                if profile.candidates > 1 {
                    failures.append(
                        section.graph.failure(
                            "\(name) asks for \(profile.candidates) candidates at node '\(node.id)'; an evaluation takes one"
                        ))
                }
                if !profile.isGreedy {
                    failures.append(
                        section.graph.failure(
                            "\(name) leaves answers to chance at node '\(node.id)'; models are compared by their likeliest "
                                + "answers, so give its decode profile '\(profile.name)' 'temperature: 0'"))
                }
            }
        }
        let columns = nodes.last?.output ?? Schema([])
        // What is tagged is ok, wrong or undecidable in every row: the host checks it.
        let verdicts = self.columns(tagged: .verdict).map(\.description)
        for (place, what) in [
            (section.verdict, "the verdict"), section.executable.map { ($0, "the executable column") },
        ]
        .compactMap({ $0 }) {
            guard let type = columns.type(of: place.value) else {
                let known = columns.paths
                failures.append(
                    place.failure(
                        "\(name) has no column \(quoted(place.value.description)) for \(what); "
                            + ConfigReader.suggestion(for: place.value.description, among: known)))
                continue
            }
            if type != .utf8, !(type == .bool && what != "the verdict") {
                failures.append(place.failure("\(what) '\(place.value)' of \(name) is \(type); it has to be text"))
            } else if what == "the verdict", !verdicts.contains(place.value.description) {
                failures.append(
                    place.failure(
                        "'\(place.value)' of \(name) is no verdict: no plugin has tagged it so; "
                            + ConfigReader.suggestion(for: place.value.description, among: verdicts)))
            }
        }
        return failures
    }

    /// The columns with a tag in the rows that leave a node: by default those that leave the graph.
    public func columns(tagged tag: ColumnTag, after index: Int? = nil) -> [ColumnPath] {
        let output = nodes[index ?? nodes.count - 1].output
        return nodes.flatMap { node -> [ColumnPath] in
            guard case .use(let use) = node.verb else { return [] }
            return use.step.adds.filter { $0.tags.contains(tag) }.map { ColumnPath([node.id, $0.field.name]) }
        }.filter { output.type(of: $0) != nil }
    }

    /// The nodes before the first that asks a model, as a graph of its own: what the rows are before anybody has answered.
    public var beforeAsking: Plan {
        guard let first = nodes.firstIndex(where: { $0.verb.role != nil }), first > 0 else { return self }
        var plan = self
        plan.nodes = Array(nodes[..<first])
        for index in plan.nodes.indices { plan.nodes[index].artifact = nil }
        plan.providersPath = nil
        plan.gatesPath = nil
        plan.contractNodes = .array(Array((contractNodes.array ?? []).prefix(first)))
        return plan
    }
}

extension Schema {
    /// The type of a column or of a field in one; nil when there is none.
    public func type(of path: ColumnPath) -> DataType? {
        guard let first = path.names.first, var type = fields.first(where: { $0.name == first })?.type else {
            return nil
        }
        for name in path.names.dropFirst() {
            guard case .structure(let fields) = type, let next = fields.first(where: { $0.name == name }) else {
                return nil
            }
            type = next.type
        }
        return type
    }

    var paths: [String] {
        fields.flatMap { field -> [String] in
            guard case .structure(let members) = field.type else { return [field.name] }
            return [field.name] + members.map { "\(field.name).\($0.name)" }
        }
    }
}
