import DataPlane

/// The columns that only the host writes.
public enum HostColumns {
    /// Of every batch, from the source on.
    public static let source = [
        Field("task_id", .utf8), Field("row_id", .utf8), ordinal, Field("candidate", .int64),
    ]
    /// The position of the sample in the source.
    static let ordinal = Field("ordinal", .int64)
    /// Besides, after `identify`.
    public static let identity = [Field("schema_hash", .utf8), Field("input_id", .utf8), Field("sample_id", .utf8)]
    public static let names = (source + identity).map(\.name)
}

extension EmbedPlan {
    /// What an `embed` node adds.
    public static let adds = [Field("vector", .list(Field("item", .float64)))]
}

extension CompletePlan {
    /// What every `complete` node adds.
    public static let adds = [
        Field("text", .utf8), Field("finish_reason", .utf8), Field("prompt_tokens", .int64, nullable: true),
        Field("completion_tokens", .int64, nullable: true), Field("provider_id", .utf8), Field("model", .utf8),
        Field("choice_index", .int64),
    ]
    /// The tokens of the answer with their log-probabilities; null when the provider did not tell.
    static let logprobs = Field("logprobs", .list(Field("item", token)), nullable: true)
    /// The calls that the model asks for; null when it asks for none.
    static let toolCalls = Field(
        "tool_calls",
        .list(
            Field(
                "item",
                .structure([Field("id", .utf8, nullable: true), Field("name", .utf8), Field("arguments", .utf8)]))),
        nullable: true)

    /// What the model thought before it answered; null when the provider does not tell it apart.
    static let reasoning = Field("reasoning", .utf8, nullable: true)

    private static let likely = [Field("token", .utf8), Field("logprob", .float64)]
    private static let token = DataType.structure(likely + [Field("top", .list(Field("item", .structure(likely))))])

    /// What this node adds.
    public var adds: [Field] {
        Self.adds(
            tellsTokens: likelyTokens != nil, offersTools: constraints.contains { $0.name == "tools" },
            tellsReasoning: tellsReasoning)
    }

    static func adds(tellsTokens: Bool, offersTools: Bool, tellsReasoning: Bool) -> [Field] {
        adds + (tellsTokens ? [logprobs] : []) + (offersTools ? [toolCalls] : []) + (tellsReasoning ? [reasoning] : [])
    }
}
