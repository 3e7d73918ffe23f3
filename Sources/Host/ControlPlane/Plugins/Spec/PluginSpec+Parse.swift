import DataPlane

extension PluginSpec {
    /// Reads `spec_json` (Docs/specs/abi.md); nothing it does not know is let pass.
    ///
    /// - Throws: ``Failure`` of code `plugin_spec` whose message begins with the JSON pointer of the first fault.
    public init(parsing text: String) throws(Failure) {
        let value: JSONValue
        do {
            value = try JSONParser().parse(text)
        } catch {
            throw SpecObject.failure(at: "", "\(error)")
        }
        let spec = try SpecObject(value, at: "", known: ["id", "version", "summary", "toolchain", "steps"])
        let id = try spec.identifier("id")
        let number = try spec.text("version")
        guard let version = SemanticVersion(number) else {
            throw spec.failure("version", "'\(number)' is not a semantic version such as 1.2.0")
        }
        let summary = try spec.text("summary")
        let toolchain = try spec.text("toolchain")
        var steps: [StepSpec] = []
        for (value, pointer) in try spec.list("steps") {
            steps.append(try StepSpec(parsing: value, at: pointer))
        }
        if steps.isEmpty { throw spec.failure("steps", "a plugin has at least one step") }
        try spec.requireDistinct(steps.map(\.id), in: "steps")
        self.init(id: id, version: version, summary: summary, toolchain: toolchain, steps: steps)
    }
}

extension StepSpec {
    init(parsing value: JSONValue, at pointer: String) throws(Failure) {
        let step = try SpecObject(
            value, at: pointer,
            known: [
                "id", "summary", "doc", "cardinality", "grouped", "blind", "reads", "reads_more", "adds", "rejects",
                "options", "examples",
            ])
        self.init(id: try step.identifier("id"), summary: try step.text("summary"))
        doc = try step.text("doc", default: "")
        let word = try step.text("cardinality", default: "one")
        guard let cardinality = Cardinality(rawValue: word) else {
            throw step.failure("cardinality", "must be 'one' or 'many', not '\(word)'")
        }
        self.cardinality = cardinality
        isGrouped = try step.flag("grouped")
        isBlind = try step.flag("blind")
        for (value, pointer) in try step.list("reads") {
            reads.append(try ColumnSpec(parsingRead: value, at: pointer))
        }
        readsMore = try step["reads_more"].map { value throws(Failure) in
            try MoreColumns(parsing: value, at: "\(pointer)/reads_more")
        }
        for (value, pointer) in try step.list("adds") {
            adds.append(try ColumnSpec(parsingAdded: value, at: pointer))
        }
        for (value, pointer) in try step.list("rejects") {
            rejects.append(try RejectSpec(parsing: value, at: pointer))
        }
        for (value, pointer) in try step.list("options") {
            options.append(try OptionSpec(parsing: value, at: pointer))
        }
        for (value, pointer) in try step.list("examples") {
            examples.append(try ExampleSpec(parsing: value, at: pointer))
        }
        try step.requireDistinct(reads.map(\.field.name), in: "reads")
        try step.requireDistinct(adds.map(\.field.name), in: "adds")
        try step.requireDistinct(rejects.map(\.code), in: "rejects")
        try step.requireDistinct(options.map(\.name), in: "options")
    }
}

extension RejectSpec {
    init(parsing value: JSONValue, at pointer: String) throws(Failure) {
        let reject = try SpecObject(value, at: pointer, known: ["code", "doc"])
        self.init(code: try reject.identifier("code"), doc: try reject.text("doc", default: ""))
        if BackstopCode(rawValue: code) != nil || code == contractViolationCode {
            throw reject.failure("code", "'\(code)' is the host's own code; take another")
        }
    }
}

extension ExampleSpec {
    init(parsing value: JSONValue, at pointer: String) throws(Failure) {
        let example = try SpecObject(value, at: pointer, known: ["with", "input", "output"])
        let with = example["with"] ?? .object([])
        _ = try SpecObject(with, at: "\(pointer)/with", known: nil)
        for name in ["input", "output"] {
            _ = try example.required(name)
            for (row, pointer) in try example.list(name) { _ = try SpecObject(row, at: pointer, known: nil) }
        }
        self.init(with: with, input: example["input"]?.array ?? [], output: example["output"]?.array ?? [])
    }
}
