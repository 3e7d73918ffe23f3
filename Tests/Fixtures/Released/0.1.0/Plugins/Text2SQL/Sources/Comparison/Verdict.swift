/// What can be said of a prediction.
enum Verdict: String, CaseIterable {
    case ok
    case wrong
    /// Nothing can be said, for a reason that is not the prediction's: such a row leaves the denominator.
    case undecidable
}

/// Why the verdict is what it is.
enum Reason: String, CaseIterable {
    /// The results are the same.
    case match
    /// Both gave rows, and they are not the same.
    case differ
    /// There is no prediction.
    case noSQL = "no_sql"
    /// The prediction failed or was refused.
    case predictionError = "pred_error"
    /// The prediction took more than a limit allows.
    case predictionLimit = "pred_limit"
    /// There is no gold query.
    case noGold = "no_gold"
    case goldError = "gold_error"
    case goldLimit = "gold_limit"

    var verdict: Verdict {
        switch self {
        case .match: .ok
        case .differ, .noSQL, .predictionError, .predictionLimit: .wrong
        case .noGold, .goldError, .goldLimit: .undecidable
        }
    }
}
