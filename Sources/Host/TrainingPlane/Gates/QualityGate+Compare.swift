extension QualityGate {
    /// Figures this close to each other are equal, so that `0.67 − 0.02` is reached by `0.65`.
    static let slack = 1e-12

    /// Holds the student against another model.
    ///
    /// - Precondition: both have rows that can be decided.
    package func compare(
        student: ScoreTally, other: ScoreTally, lead: GateComparison.Lead, role: ModelRole, name: String,
        bootstrap: Bootstrap
    ) -> GateComparison {
        guard let estimate = student.mean,
            let otherFigure = figure == .estimate
                ? other.mean : other.interval(confidence: confidence, bootstrap)?.lower
        else { preconditionFailure("nothing to compare") }
        var comparison = GateComparison(against: .model(role), model: name, finding: .missed, lead: lead)
        if rule == .pairedLowerBound {
            comparison.figure = lead.interval.lower
            comparison.threshold = -margin
            // Above, not at: models that never differ have an interval from 0 to 0, which shows no lead.
            if lead.interval.lower > -margin + Self.slack { comparison.finding = .reached }
        } else {
            comparison.figure = estimate
            comparison.reference = otherFigure
            comparison.threshold = otherFigure - margin
            if estimate >= otherFigure - margin - Self.slack { comparison.finding = .reached }
        }
        return comparison
    }

    /// Holds the student's figure against a number. One that is no number reaches nothing.
    func compare(_ estimate: Double, with value: Double) -> GateComparison {
        let isReached =
            rule == .atMost ? estimate <= value + Self.slack : estimate >= value - margin - Self.slack
        return GateComparison(
            against: .value(value), finding: isReached ? .reached : .missed, figure: estimate,
            threshold: rule == .atMost ? value : value - margin, reference: value)
    }
}
