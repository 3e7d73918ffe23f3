import DataPlane

/// The sentences of a decision.
enum GateWords {
    /// Four decimals, as far as they are needed.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        return JSONValue.double((value * 10_000).rounded() / 10_000).compact
    }

    static func tooFew(_ rows: Int, _ minimum: Int, _ what: String) -> String {
        "\(rows) \(what) can be decided, \(minimum) are needed"
    }

    static func unequal(_ pairing: Pairing, _ role: ModelRole, _ first: String) -> String {
        "the student and the \(role.words) were evaluated on different rows (\(pairing.onlyFirst) only the student, "
            + "\(pairing.onlySecond) only the \(role.words), the first of them input_id \(quoted(first))); "
            + "evaluate both on the same"
    }

    /// `passed       test_exec_accuracy: 0.67 reaches 0.6 of the baseline 'smol'`
    static func line(_ result: GateResult) -> String {
        let word = result.isBypassed ? "bypassed" : result.outcome.rawValue
        let padding = String(repeating: " ", count: 13 - word.count)
        var parts = [result.remark].compactMap { $0 }
        if let gate = result.gate { parts += result.comparisons.map { comparison($0, gate) } }
        var line = "\(word)\(padding)\(result.name): \(parts.joined(separator: "; "))"
        if let reason = result.bypass {
            line +=
                result.isBypassed
                ? "; \(result.outcome.rawValue), but bypassed: \(reason)" : "; a bypass was not needed: \(reason)"
        }
        return line
    }

    static func comparison(_ comparison: GateComparison, _ gate: QualityGate) -> String {
        let isReached = comparison.finding == .reached
        switch comparison.finding {
        case .noEarlierVersion: return "there is no earlier version"
        case .undecidable(let reason): return reason
        case .reached, .missed: break
        }
        let figure = number(comparison.figure ?? .nan)
        let threshold = number(comparison.threshold ?? .nan)
        guard case .model(let role) = comparison.against, let model = comparison.model else {
            if gate.rule == .atMost { return "\(figure) is \(isReached ? "at most" : "more than") \(threshold)" }
            return "\(figure) \(isReached ? "reaches" : "does not reach") \(threshold)" + less(gate, comparison)
        }
        let other = "the \(role.words) \(quoted(model))"
        if gate.rule == .pairedLowerBound {
            return
                "the lower bound of the lead over \(other), \(figure), is \(isReached ? "" : "not ")above \(threshold)"
        }
        let what = gate.figure == .lowerBound ? "the lower bound of \(other)" : "that of \(other)"
        return "\(figure) \(isReached ? "reaches" : "does not reach") \(threshold), \(what)" + less(gate, comparison)
    }

    private static func less(_ gate: QualityGate, _ comparison: GateComparison) -> String {
        gate.margin == 0
            ? "" : " (\(number(comparison.reference ?? .nan)) less the margin \(number(gate.margin)))"
    }

    static func summary(_ decision: GateDecision) -> String {
        let count = decision.results.count
        let bypassed = decision.bypassed.count
        switch decision.outcome {
        case .passed where count == 0: return "there are no gates to pass"
        case .passed where bypassed > 0:
            return "the student may pass: \(count - bypassed) of \(count) gates passed, \(bypassed) bypassed"
        case .passed: return "the student passes: \(count) of \(count) gates passed"
        case .failed, .undecidable:
            let stopping = decision.results.filter { $0.outcome != .passed && !$0.isBypassed }.map(\.name)
            let verb = decision.outcome == .failed ? "does not pass" : "cannot be judged"
            return "the student \(verb): \(stopping.joined(separator: ", "))"
        }
    }
}
