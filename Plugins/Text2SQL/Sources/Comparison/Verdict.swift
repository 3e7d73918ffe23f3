/// What can be said of a prediction.
enum Verdict: String, CaseIterable {
    case ok
    case wrong
    /// Nothing can be said, for a reason that is not the prediction's: such a row leaves the denominator.
    case undecidable
}
