import DataPlane

/// The columns of a `complete` node, made of replies one after the other.
struct ReplyColumns {
    private let fields: [Field]
    private let builders: [ColumnBuilder]
    private let parser = JSONParser()
    /// OpenAI's word for a log-probability that is too small to tell; llama.cpp writes null for it.
    private static let leastLogprob = -9999.0

    init(_ fields: [Field]) {
        self.fields = fields
        builders = fields.map { ColumnBuilder($0.type) }
    }

    func append(_ reply: CompletionReply) {
        for (field, builder) in zip(fields, builders) {
            switch field.name {
            case "text": builder.append(reply.text)
            case "finish_reason": builder.append(reply.finishReason)
            case "prompt_tokens": Self.append(reply.promptTokens, to: builder)
            case "completion_tokens": Self.append(reply.completionTokens, to: builder)
            case "provider_id": builder.append(reply.providerID)
            case "model": builder.append(reply.model)
            case "logprobs": append(tokens: json(reply.logprobs)?["content"]?.array, to: builder)
            case "tool_calls": append(calls: json(reply.toolCalls)?.array, to: builder)
            default: preconditionFailure("a reply has no '\(field.name)'")
            }
        }
    }

    func finish() -> [Column] { builders.map { $0.finish() } }

    private func json(_ text: String?) -> JSONValue? { text.flatMap { try? parser.parse($0) } }

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
