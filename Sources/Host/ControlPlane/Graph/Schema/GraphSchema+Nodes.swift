import DataPlane

/// Nodes: their verbs, and for each known step its options and inputs.
extension GraphSchema {
    static var tests: JSONValue {
        let scalar: JSONValue = ["type": ["string", "number", "boolean"]]
        let test = object(
            "A test of a column.",
            [
                ("equals", described("The value is this.", scalar.object ?? [])),
                ("not", described("The value is anything but this, or null.", scalar.object ?? [])),
                ("in", ["description": "The value is one of these.", "type": "array", "items": scalar]),
                ("above", ["description": "A number greater than this.", "type": "number"]),
                ("below", ["description": "A number smaller than this.", "type": "number"]),
                ("present", ["description": "Not null.", "const": true]),
                ("absent", ["description": "Null.", "const": true]),
            ])
        return map("Columns and their tests; all have to hold.", of: test)
    }

    static func node(_ plugins: [PluginSpec]) -> JSONValue {
        let steps = plugins.flatMap { plugin in plugin.steps.map { (plugin, $0) } }
        return described(
            "A node: an id, one verb, and what goes with it.",
            [
                ("type", "object"), ("required", ["id"]), ("additionalProperties", false),
                ("oneOf", .array(verbs.map { ["required": [.string($0)]] })),
                ("properties", .object(common + verbProperties(steps))),
                ("allOf", .array(steps.map { condition($0.0, $0.1) })),
            ])
    }

    static let verbs = ["use", "identify", "complete", "embed", "reject", "select"]

    private static var common: [(String, JSONValue)] {
        [
            ("id", text("Names the node and its column.", base: text("", pattern: "^[a-z][a-z0-9_]*$"))),
            (
                "from",
                [
                    "description":
                        "The node whose rows come here; several for the rows of all. Default: the one above.",
                    "anyOf": [["type": "string"], ["type": "array", "minItems": 1, "items": ["type": "string"]]],
                ]
            ),
            (
                "in",
                map("Where the step's columns come from. Default: the nearest of the name.", of: reference("column"))
            ),
            ("when", reference("tests")),
            ("artifact", text("The stage that the rows leaving the node are written to.")),
            ("with", ["type": "object", "description": "The options of the step."]),
            (
                "isolation",
                choice(
                    "Where the step runs: in processes of its own, or in the host.",
                    [UsePlan.Isolation.worker, .inline])
            ),
            ("workers", integer("How many processes run the step.", 1, 1024)),
            ("row_timeout", reference("duration")),
            (
                "environment",
                [
                    "type": "array", "description": "Variables of the host that the step sees.",
                    "items": text("", pattern: "^[A-Za-z_][A-Za-z0-9_]*$"),
                ]
            ),
            (
                "on_violation",
                choice(
                    "What happens when the step breaks its contract: the run stops, or the rows are rejected.",
                    [UsePlan.OnViolation.fail, .quarantine])
            ),
            (
                "crash_limit",
                [
                    "type": "number", "description": "The share of rows that may end a worker.", "minimum": 0,
                    "maximum": 1,
                ]
            ),
        ]
    }

    private static func verbProperties(_ steps: [(PluginSpec, StepSpec)]) -> [(String, JSONValue)] {
        let profile = text("A profile of 'decode'.")
        let known = steps.map { plugin, step in JSONValue.string("\(plugin.id)/\(step.id)") }
        let any = text(
            "plugin/step, or plugin@label/step.", pattern: "^[a-z][a-z0-9_]*(@[a-z0-9._-]+)?/[a-z][a-z0-9_]*$")
        let order = object(
            "A column and its direction.", required: ["column", "direction"],
            [
                ("column", reference("column")),
                ("direction", ["enum": ["ascending", "descending"]]),
            ])
        return [
            (
                "use",
                [
                    "description": "Runs a step of a plugin.",
                    "anyOf": (known.isEmpty ? [any] : [["enum": .array(known)], any]),
                ]
            ),
            (
                "identify",
                object("Gives samples their ids and ends duplicates.", required: ["decode"], [("decode", profile)])
            ),
            (
                "complete",
                object(
                    "Asks a model.", required: ["role", "decode"],
                    [("role", text("A role of the providers file.")), ("decode", profile)] + answerOptions)
            ),
            (
                "embed",
                object(
                    "Adds the vector of a text.", required: ["role", "input"],
                    [("role", text("A role of the providers file.")), ("input", reference("column"))])
            ),
            (
                "reject",
                object(
                    "Ends rows by policy.", required: ["when", "code"],
                    [
                        ("when", reference("tests")), ("code", reference("name")),
                        (
                            "evidence",
                            ["type": "array", "description": "Columns that show why.", "items": reference("column")]
                        ),
                        ("hard", boolean("Doubtful rather than wrong: also written to hard_samples.")),
                    ])
            ),
            (
                "select",
                object(
                    "Keeps the best rows.", required: ["per", "order", "keep"],
                    [
                        ("per", ["const": "sample"]),
                        ("order", ["type": "array", "minItems": 1, "items": order]),
                        ("keep", integer("How many stay.", 1, 64)),
                    ])
            ),
        ]
    }

    /// What `complete` asks of the answers besides the text.
    private static var answerOptions: [(String, JSONValue)] {
        let elsewhere = [
            object("A JSON file.", required: ["file"], [("file", text("Its path."))]),
            object("A column.", required: ["column"], [("column", reference("column"))]),
        ]
        let schema = object(
            "Here.", required: ["json_schema"], [("json_schema", ["type": "object", "description": "A JSON schema."])])
        return [
            ("logprobs", boolean("Adds the tokens of the answer with their log-probabilities.")),
            ("top_logprobs", integer("How many likely tokens to tell for each token.", 0, 20)),
            ("reasoning", boolean("Adds what the model thought before it answered.")),
            (
                "response_format",
                described(
                    "The form of the answer: any JSON, or a JSON schema, here, in a file or in a column.",
                    [("anyOf", .array([["const": "json_object"], schema] + elsewhere))])
            ),
            (
                "tools",
                described(
                    "The tools that the model may ask for, in OpenAI's form, here, in a file or in a column.",
                    [("anyOf", .array([["type": "array", "items": ["type": "object"]]] + elsewhere))])
            ),
            ("tool_choice", ["description": "Whether a tool is asked for.", "enum": ["auto", "none", "required"]]),
        ]
    }

    /// If the node uses this step, these are its options and inputs.
    private static func condition(_ plugin: PluginSpec, _ step: StepSpec) -> JSONValue {
        let required = step.options.filter(\.isRequired).map(\.name)
        var then: [(String, JSONValue)] = [
            (
                "properties",
                [
                    "use": ["description": .string(step.summary)],
                    "with": object("The options of the step.", required: required, step.options.map(property)),
                    "in": object(
                        "Where the step's columns come from.",
                        others: step.readsMore.map { described($0.doc, reference("column").object ?? []) } ?? false,
                        step.reads.map { ($0.field.name, described($0.doc, reference("column").object ?? [])) }),
                ]
            )
        ]
        if !required.isEmpty { then.append(("required", ["with"])) }
        return [
            "if": [
                "required": ["use"],
                "properties": [
                    "use": ["type": "string", "pattern": .string("^\(plugin.id)(@[a-z0-9._-]+)?/\(step.id)$")]
                ],
            ],
            "then": .object(then),
        ]
    }

    private static func property(_ option: OptionSpec) -> (String, JSONValue) {
        let limits = bounds(option.minimum.map(exact), option.maximum.map(exact))
        let choices = option.choices.isEmpty ? [] : [("enum", JSONValue.array(option.choices))]
        var members: [(String, JSONValue)]
        switch option.kind {
        case .string: members = [("type", "string")] + choices
        case .integer: members = [("type", "integer")] + limits + choices
        case .number: members = [("type", "number")] + limits + choices
        case .boolean: members = [("type", "boolean")]
        case .stringList: members = [("type", "array"), ("items", .object([("type", "string")] + choices))]
        case .resource: members = [("type", "string")]
        }
        if let standard = option.defaultValue { members.append(("default", standard)) }
        let doc = option.kind == .resource ? "\(option.doc) A name of 'resources'." : option.doc
        return (option.name, described(doc, members))
    }

    /// A whole number as one, so that `1` does not become `1.0`.
    private static func exact(_ value: Double) -> JSONValue { Int64(exactly: value).map { .int($0) } ?? .double(value) }
}
