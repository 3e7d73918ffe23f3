/// What the members of a pair of answers are called, in the file that an evaluation writes and a judge's graph reads.
///
/// `{"id": "…", "answer": "the model's", "other_answer": "the reference's"}`
public enum PairMembers {
    /// The `input_id` by which a pair is known.
    public static let id = "id"

    /// The reference's value of what is the model's under `column`.
    public static func other(_ column: String) -> String { "other_\(column)" }
}
