import DataPlane

/// Decides all gates of a file.
struct GateJudge {
    let inputs: GateInputs
    let bootstrap: Bootstrap

    /// - Throws: ``Failure`` of code `gates` for a bypass of an unknown gate, without a reason, or given twice.
    func results() throws(Failure) -> [GateResult] {
        try checkBypasses()
        var results = inputs.gates.gates.map(result)
        if let maximum = inputs.gates.maximumContamination { results.append(contamination(maximum)) }
        for index in results.indices {
            results[index].bypass = inputs.bypasses.first { $0.name == results[index].name }?.reason
        }
        return results
    }

    private func checkBypasses() throws(Failure) {
        let names = inputs.gates.names
        for (index, bypass) in inputs.bypasses.enumerated() {
            guard names.contains(bypass.name) else {
                throw Failure(
                    "gates",
                    "there is no gate \(quoted(bypass.name)) to bypass; "
                        + ConfigReader.suggestion(for: bypass.name, among: names))
            }
            guard !bypass.reason.isEmpty else {
                throw Failure(
                    "gates", "the bypass of the gate '\(bypass.name)' needs a reason, which is kept in the record")
            }
            guard bypass.reason.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw Failure(
                    "gates", "the reason to bypass the gate '\(bypass.name)' has a control character; write plain text")
            }
            guard !inputs.bypasses[..<index].contains(where: { $0.name == bypass.name }) else {
                throw Failure("gates", "the gate '\(bypass.name)' is bypassed twice; give one reason")
            }
        }
    }

    private func result(_ gate: QualityGate) -> GateResult {
        var result = GateResult(name: gate.name, gate: gate, outcome: .undecidable)
        let metric = gate.metric.name
        guard let student = inputs.model(.student) else {
            result.remark = "there is no record of the student"
            return result
        }
        guard let measurement = student.measurements[metric] else {
            let known = student.measurements.keys.sorted()
            result.remark =
                "the student's record has no \(quoted(metric)); \(ConfigReader.suggestion(for: metric, among: known))"
            return result
        }
        if measurement.decidableRows < gate.minimumRows {
            result.remark = GateWords.tooFew(measurement.decidableRows, gate.minimumRows, "of the student's rows")
            return result
        }
        guard let estimate = measurement.estimate else {
            result.remark = "the student's \(metric) is not a number"
            return result
        }
        result.comparisons = gate.against.map { reference in
            switch reference {
            case .value(let value): gate.compare(estimate, with: value)
            case .model(let role): compare(gate, measurement, with: role)
            }
        }
        result.outcome = Self.outcome(result.comparisons.map(\.finding))
        return result
    }

    /// One that was reached is enough; what could not be compared might have been it.
    private static func outcome(_ findings: [GateComparison.Finding]) -> GateOutcome {
        if findings.contains(.reached) { return .passed }
        let compared = findings.filter { $0 != .noEarlierVersion }
        return !compared.isEmpty && compared.allSatisfy { $0 == .missed } ? .failed : .undecidable
    }

    private func compare(
        _ gate: QualityGate, _ measurement: EvaluatedModel.Measurement, with role: ModelRole
    ) -> GateComparison {
        if role == .previous, inputs.isFirstVersion {
            return GateComparison(against: .model(role), finding: .noEarlierVersion)
        }
        func undecidable(_ reason: String) -> GateComparison {
            GateComparison(against: .model(role), model: inputs.model(role)?.name, finding: .undecidable(reason))
        }
        guard let other = inputs.model(role), let otherMeasurement = other.measurements[gate.metric.name] else {
            return undecidable("there is no record of the \(gate.metric.name) of the \(role.words)")
        }
        guard case .scores(let scores) = measurement, case .scores(let otherScores) = otherMeasurement else {
            return undecidable("a record has no score for each row, so the models cannot be compared")
        }
        let pairing = Pairing(scores, otherScores)
        if let first = pairing.firstUnpaired {
            return undecidable(GateWords.unequal(pairing, role, first))
        }
        if pairing.differences.count < gate.minimumRows {
            let what = "of the rows shared with the \(role.words)"
            return undecidable(GateWords.tooFew(pairing.differences.count, gate.minimumRows, what))
        }
        return gate.compare(
            student: scores.tally, other: otherScores.tally,
            lead: GateComparison.Lead(pairing, confidence: gate.confidence, bootstrap), role: role, name: other.name,
            bootstrap: bootstrap)
    }

    private func contamination(_ maximum: Double) -> GateResult {
        var result = GateResult(name: QualityGates.contaminationName, outcome: .undecidable)
        guard let found = inputs.contamination, let share = found.share else {
            result.remark =
                "it was not measured: this run has trained no student, and only its own training data is looked at"
            return result
        }
        let isReached = share <= maximum + QualityGate.slack
        result.outcome = isReached ? .passed : .failed
        result.remark =
            "\(found.contaminatedRows) of \(found.testRows) test rows are in the training data, "
            + "\(isReached ? "at most" : "more than") the share \(GateWords.number(maximum))"
        return result
    }
}

extension EvaluatedModel.Measurement {
    var decidableRows: Int {
        switch self {
        case .scores(let scores): scores.tally.count
        case .figure(_, let rows): rows
        }
    }

    /// Nil where there is none or it is not a number.
    var estimate: Double? {
        switch self {
        case .scores(let scores): scores.tally.mean
        case .figure(let value, _): value.isFinite ? value : nil
        }
    }
}
