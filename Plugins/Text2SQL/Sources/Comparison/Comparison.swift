/// One verdict, with its reason.
struct Comparison: Equatable {
    let reason: Reason
    /// The first difference, or what failed, in a few words; nil if nothing did.
    let detail: String?

    init(_ reason: Reason, _ detail: String? = nil) {
        self.reason = reason
        self.detail = detail
    }

    /// Compares what both gave, if they gave anything.
    init(_ prediction: Execution, gold: Execution, _ difference: (ResultTable, ResultTable) -> String?) {
        guard let expected = gold.table else {
            self.init(Reason(failedGold: gold.status), gold.error)
            return
        }
        guard let given = prediction.table else {
            self.init(Reason(failedPrediction: prediction.status), prediction.error)
            return
        }
        let difference = difference(given, expected)
        self.init(difference == nil ? .match : .differ, difference)
    }

    /// The same in a file of several.
    func located(in file: String) -> Comparison {
        reason == .match ? self : Comparison(reason, "\(file): \(detail ?? reason.rawValue)")
    }
}
