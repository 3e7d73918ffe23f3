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

extension CompletePlan {
    /// What a `complete` node adds.
    public static let adds = [
        Field("text", .utf8), Field("finish_reason", .utf8), Field("prompt_tokens", .int64, nullable: true),
        Field("completion_tokens", .int64, nullable: true), Field("provider_id", .utf8), Field("model", .utf8),
    ]
}
