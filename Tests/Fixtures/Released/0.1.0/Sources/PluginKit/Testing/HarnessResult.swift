/// What became of one input row in a `StepHarness`.
public enum HarnessResult: Equatable, Sendable {
    /// The row that a `Step` made of it: the columns it added.
    case added([String: Value])
    /// The rows that an `ExpandingStep` made of it.
    case expanded([[String: Value]])
    case rejected(code: String, detail: String?)

    /// An added column; nil if there is no such column, or the row was rejected or expanded.
    public subscript(_ column: String) -> Value? {
        guard case .added(let columns) = self else { return nil }
        return columns[column]
    }
}
