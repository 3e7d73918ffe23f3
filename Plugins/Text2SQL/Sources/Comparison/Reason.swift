/// Why a verdict is what it is.
enum Reason: String, CaseIterable {
    /// The results are the same.
    case match
    /// Both gave rows, and they are not the same.
    case differ
    /// There is no prediction.
    case noSQL = "no_sql"
    /// The prediction failed.
    case predictionError = "pred_error"
    /// The prediction took more than a limit allows.
    case predictionLimit = "pred_limit"
    /// The prediction was refused: it is not one statement that only reads.
    case predictionRejected = "pred_rejected"
    /// There is no gold query.
    case noGold = "no_gold"
    case goldError = "gold_error"
    case goldLimit = "gold_limit"
    /// The results differ, but the gold query itself leaves its result open: see `Docs/specs/sql-verdicts.md`.
    case goldNondeterministic = "gold_nondeterministic"

    var verdict: Verdict {
        switch self {
        case .match: .ok
        case .differ, .noSQL, .predictionError, .predictionLimit, .predictionRejected: .wrong
        case .noGold, .goldError, .goldLimit, .goldNondeterministic: .undecidable
        }
    }

    /// What a prediction that gave no rows is.
    init(failedPrediction status: ExecutionStatus) {
        self = status == .limit ? .predictionLimit : status.isRefusal ? .predictionRejected : .predictionError
    }

    /// What a gold query that gave no rows makes of every prediction.
    init(failedGold status: ExecutionStatus) {
        self = status == .limit ? .goldLimit : .goldError
    }
}
