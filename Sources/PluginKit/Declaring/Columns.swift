/// A column that a step reads. Made by `Declaration.reads`; `row[column]` gives its value.
public struct Input<Value: ColumnValue>: Sendable {
    @usableFromInline let slot: Int
}

/// A column that a step reads if the graph has it. Made by `Declaration.readsOptional`.
///
/// `row[column]` is nil for a null, and for every row when nothing is bound to it.
public struct OptionalInput<Value: ColumnValue> {
    @usableFromInline let slot: Int
    let binding: ColumnBinding

    /// Whether the graph bound a column to this one. Known once rows are processed; false before.
    public var isBound: Bool { binding.isBound }
}

/// A column that a step adds. Made by `Declaration.adds`; set it with `row[column] = value`.
public struct Output<Value: ColumnValue>: Sendable {
    @usableFromInline let slot: Int
}

/// What `bind` found out about an input, shared by the declaration and the column in the step.
///
/// Not Sendable: it is written by `bind` and read by `run`, which the host never calls at the same time.
final class ColumnBinding {
    var isBound = false
}

/// What the host may do with an added column without knowing the task.
public enum Tag: String, Sendable {
    /// The text that stands for the data model a task is about; hashed into `schema_hash`.
    case contextSchema = "context_schema"
    /// The text that identifies the sample; hashed into `input_id`.
    case canonicalInput = "canonical_input"
    /// What a `complete` node sends.
    case messages
    /// `ok`, `wrong` or `undecidable`.
    case verdict
    /// A number that is better when it is greater.
    case score
    /// Reports group by it.
    case facet
    /// Two rows with the same value must not stand in training and test data.
    case contaminationKey = "contamination_key"
    /// Stands for the result of running an answer, to compare candidates by.
    case resultDigest = "result_digest"
    /// One JSON value, as text.
    case json
}
