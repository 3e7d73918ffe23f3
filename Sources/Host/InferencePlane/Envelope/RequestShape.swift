import DataPlane

/// How a request is made to fit what its provider can do (Docs/specs/provider-gateway.md, "Shaping").
///
/// Shaping changes what is sent, never what was asked: keys of replies are made of the question as the graph has it.
struct RequestShape: Sendable {
    /// What can be changed, under the names that events and the trace have for it.
    enum Change: String, CaseIterable {
        /// One candidate a request.
        case choices = "n"
        case tokenLimit = "max_completion_tokens"
        case seed
        /// The schema is asked for in words, and the answer is checked.
        case jsonSchema = "json_schema"
    }

    let changes: [Change]

    static let none = RequestShape(changes: [])

    private init(changes: [Change]) { self.changes = changes }

    /// - Parameter wanted: how many candidates the question still wants.
    init(_ request: CompletionRequest, for capabilities: Capabilities?, wanted: Int) {
        guard let capabilities else {
            changes = []
            return
        }
        let parameters = request.decode.parameters
        var changes: [Change] = []
        if wanted > 1, capabilities.choices.isMissing { changes.append(.choices) }
        if parameters["max_tokens"] != nil, capabilities.tokenLimit == .maxCompletionTokens {
            changes.append(.tokenLimit)
        }
        if parameters["seed"] != nil, capabilities.seed == .refused { changes.append(.seed) }
        if request.constraints["json_schema"] != nil, capabilities.jsonSchema.isMissing { changes.append(.jsonSchema) }
        self.changes = changes
    }

    func has(_ change: Change) -> Bool { changes.contains(change) }

    /// For the trace: `n,seed`; empty when the request is sent as it was asked.
    var names: [String] { changes.map(\.rawValue) }

    /// The messages with the schema asked for in words: behind the last one if the user speaks there, else in one more.
    static func instructed(_ messages: JSONValue, schema: JSONValue) -> JSONValue {
        let words = "Answer with JSON alone, without any other text, that fits this JSON schema:\n\(schema.canonical)"
        var list = messages.array ?? []
        if let last = list.last, last["role"] == "user", let content = last["content"]?.string {
            list[list.count - 1] = ["role": "user", "content": .string(content + "\n\n" + words)]
        } else {
            list.append(["role": "user", "content": .string(words)])
        }
        return .array(list)
    }
}
