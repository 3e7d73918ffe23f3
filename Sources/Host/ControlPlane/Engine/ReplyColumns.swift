import DataPlane

/// The columns of a `complete` node, made of replies one after the other.
struct ReplyColumns {
    /// In the order of ``CompletePlan/adds``, then those that only some nodes have.
    private let builders: [ColumnBuilder]
    private let logprobs: ColumnBuilder?
    private let toolCalls: ColumnBuilder?
    private let reasoning: ColumnBuilder?
    /// Nil where there is nothing to parse: one is made for each batch of replies.
    private let parser: JSONParser?
    /// OpenAI's word for a log-probability that is too small to tell; llama.cpp writes null for it.
    private static let leastLogprob = -9999.0

    /// - Parameter fields: ``CompletePlan/adds`` of the node.
    init(_ fields: [Field]) {
        let builders = fields.map { ColumnBuilder($0.type) }
        self.builders = builders
        let builder = { (field: Field) in fields.firstIndex(of: field).map { builders[$0] } }
        logprobs = builder(CompletePlan.logprobs)
        toolCalls = builder(CompletePlan.toolCalls)
        reasoning = builder(CompletePlan.reasoning)
        parser = logprobs == nil && toolCalls == nil ? nil : JSONParser()
    }

    /// - Parameter choice: which of the replies to its question it is, from 0.
    func append(_ reply: CompletionReply, choice: Int) {
        builders[0].append(reply.text)
        builders[1].append(reply.finishReason)
        Self.append(reply.promptTokens, to: builders[2])
        Self.append(reply.completionTokens, to: builders[3])
        builders[4].append(reply.providerID)
        builders[5].append(reply.model)
        builders[6].append(Int64(choice))
        if let logprobs { append(tokens: json(reply.logprobs)?["content"]?.array, to: logprobs) }
        if let toolCalls { append(calls: json(reply.toolCalls)?.array, to: toolCalls) }
        if let reasoning {
            if let text = reply.reasoning { reasoning.append(text) } else { reasoning.appendNull() }
        }
    }

    func finish() -> [Column] { builders.map { $0.finish() } }

    private func json(_ text: String?) -> JSONValue? { text.flatMap { try? parser?.parse($0) } }

    private static func append(_ count: Int64?, to builder: ColumnBuilder) {
        if let count { builder.append(count) } else { builder.appendNull() }
    }

    private func append(tokens: [JSONValue]?, to builder: ColumnBuilder) {
        guard let tokens else { return builder.appendNull() }
        for token in tokens {
            let item = builder.children[0]
            Self.append(token: token, to: item)
            for likely in token["top_logprobs"]?.array ?? [] {
                let other = item.children[2].children[0]
                Self.append(token: likely, to: other)
                other.appendValid()
            }
            item.children[2].appendValid()
            item.appendValid()
        }
        builder.appendValid()
    }

    private static func append(token: JSONValue, to item: ColumnBuilder) {
        item.children[0].append(token["token"]?.string ?? "")
        item.children[1].append(token["logprob"]?.double ?? leastLogprob)
    }

    private func append(calls: [JSONValue]?, to builder: ColumnBuilder) {
        guard let calls, !calls.isEmpty else { return builder.appendNull() }
        for call in calls {
            let item = builder.children[0]
            if let id = call["id"]?.string { item.children[0].append(id) } else { item.children[0].appendNull() }
            item.children[1].append(call["function"]?["name"]?.string ?? "")
            // A text by OpenAI's specification; some servers send the object itself.
            let arguments = call["function"]?["arguments"]
            item.children[2].append(arguments?.string ?? arguments?.compact ?? "")
            item.appendValid()
        }
        builder.appendValid()
    }
}
