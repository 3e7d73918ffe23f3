import DataPlane

/// One line of a replay file.
///
/// ```
/// {"key": "9f…", "text": "SELECT 1", "finish_reason": "stop", "prompt_tokens": 37, "completion_tokens": 4, "model": "m"}
/// {"key": "a0…", "rejected": "context_too_long", "detail": "…", "model": "m"}
/// ```
enum ReplayLine {
    static let members = [
        "key", "text", "finish_reason", "prompt_tokens", "completion_tokens", "logprobs", "tool_calls", "reasoning",
        "rejected", "detail", "provider_id", "model",
    ]

    /// The answer of a line, given by the replay provider.
    ///
    /// - Throws: ``Failure`` without a place: a member is missing, unknown or of the wrong type.
    static func parse(_ json: JSONValue, provider: Provider) throws(Failure) -> (key: ReplyKey, answer: RecordedAnswer)
    {
        guard let object = json.object else { throw invalid("a line must be an object, not \(json.kind)") }
        for (name, _) in object where !members.contains(name) {
            throw invalid("unknown member '\(name)'; \(ConfigReader.suggestion(for: name, among: members))")
        }
        guard let key = json["key"]?.string.flatMap(ReplyKey.init(hexadecimal:)) else {
            throw invalid("key must be 64 hexadecimal digits in lower case")
        }
        if let code = try text(json, "rejected") {
            let detail = try text(json, "detail") ?? ""
            return (key, RecordedAnswer(code: code, detail: detail, providerID: provider.id, model: provider.model))
        }
        guard let answer = try text(json, "text") else { throw invalid("text is missing") }
        let reply = CompletionReply(
            text: answer, finishReason: try text(json, "finish_reason") ?? "stop",
            promptTokens: try count(json, "prompt_tokens"), completionTokens: try count(json, "completion_tokens"),
            providerID: provider.id, model: provider.model, logprobs: present(json["logprobs"])?.compact,
            toolCalls: present(json["tool_calls"])?.compact, reasoning: try text(json, "reasoning"))
        return (key, RecordedAnswer(reply))
    }

    /// The line of a recorded answer, without its line end.
    ///
    /// - Parameter parser: for the two members that the store keeps as JSON text.
    static func format(_ key: ReplyKey, _ answer: RecordedAnswer, parser: JSONParser) -> String {
        var object: [(String, JSONValue)] = [("key", .string(key.hexadecimal))]
        switch answer.content {
        case .rejected(let code, let detail): object += [("rejected", .string(code)), ("detail", .string(detail))]
        case .reply(let reply):
            object += [("text", .string(reply.text)), ("finish_reason", .string(reply.finishReason))]
            if let count = reply.promptTokens { object.append(("prompt_tokens", .int(count))) }
            if let count = reply.completionTokens { object.append(("completion_tokens", .int(count))) }
            if let json = reply.logprobs.flatMap({ try? parser.parse($0) }) { object.append(("logprobs", json)) }
            if let json = reply.toolCalls.flatMap({ try? parser.parse($0) }) { object.append(("tool_calls", json)) }
            if let reasoning = reply.reasoning { object.append(("reasoning", .string(reasoning))) }
        }
        object += [("provider_id", .string(answer.providerID)), ("model", .string(answer.model))]
        return JSONValue.object(object).compact
    }

    private static func present(_ json: JSONValue?) -> JSONValue? {
        if case .null = json { nil } else { json }
    }

    private static func text(_ json: JSONValue, _ name: String) throws(Failure) -> String? {
        guard let value = present(json[name]) else { return nil }
        guard let text = value.string else { throw invalid("\(name) must be a string, not \(value.kind)") }
        return text
    }

    private static func count(_ json: JSONValue, _ name: String) throws(Failure) -> Int64? {
        guard let value = present(json[name]) else { return nil }
        guard let count = value.int, count >= 0 else { throw invalid("\(name) must be a count") }
        return count
    }

    private static func invalid(_ message: String) -> Failure { Failure("replay", message) }
}
