import DataPlane

/// The two batches that a step returns (map.h).
enum StepResult {
    static let parent = Field("parent", .int64)
    static let rejectFields = [parent, Field("code", .utf8), Field("detail", .utf8, nullable: true)]
    static let rejectType = DataType.structure(rejectFields)

    static func outputFields(_ adds: [Field]) -> [Field] { [parent] + adds }
    static func outputType(_ adds: [Field]) -> DataType { .structure(outputFields(adds)) }
}
