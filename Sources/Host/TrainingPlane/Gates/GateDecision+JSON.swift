import DataPlane

extension GateDecision {
    public static let format = "fastdistill.gate-decision/1"

    /// The record (Docs/specs/gates.md).
    public var json: JSONValue {
        .object([
            ("format", .string(Self.format)), ("run_id", .string(inputs.runID)),
            ("outcome", .string(outcome.rawValue)), ("exit_status", .int(Int64(outcome.exitStatus))),
            ("summary", .string(GateWords.summary(self))), ("gates_sha256", .string(inputs.gates.valuesHash)),
            ("gate_values", inputs.gates.values),
            ("bootstrap", ["seed": .int(Int64(bootstrap.seed)), "resamples": .int(Int64(bootstrap.resamples))]),
            ("first_version", .bool(inputs.isFirstVersion)), ("models", .array(inputs.models.map(model))),
            (
                "contamination",
                inputs.contamination.map {
                    [
                        "test_rows": .int(Int64($0.testRows)), "contaminated_rows": .int(Int64($0.contaminatedRows)),
                    ]
                } ?? .null
            ),
            ("gates", .array(results.map(Self.result))),
            ("bypassed", .array(bypassed.map { .string($0.name) })),
        ])
    }

    private func model(_ model: EvaluatedModel) -> JSONValue {
        let metrics = model.measurements.sorted { $0.key < $1.key }.map { ($0.key, measurement($0.key, $0.value)) }
        return .object([
            ("role", .string(model.role.rawValue)), ("name", .string(model.name)), ("metrics", .object(metrics)),
        ])
    }

    private func measurement(_ name: String, _ measurement: EvaluatedModel.Measurement) -> JSONValue {
        let estimate = measurement.estimate.map { JSONValue.double($0) } ?? .null
        guard case .scores(let scores) = measurement else {
            return ["estimate": estimate, "rows": .int(Int64(measurement.decidableRows))]
        }
        let confidence = inputs.gates.gates.first { $0.metric.name == name }?.confidence ?? 0.95
        let interval = scores.tally.interval(confidence: confidence, bootstrap)
        return .object([
            ("estimate", estimate), ("interval", interval.map { Self.interval($0) } ?? .null),
            ("method", .string(scores.tally.isShare ? "wilson" : "bootstrap")),
            ("rows", .int(Int64(scores.rows.count))), ("decidable_rows", .int(Int64(scores.tally.count))),
            ("input_ids_sha256", .string(scores.setHash)),
        ])
    }

    private static func interval(_ interval: Interval) -> JSONValue {
        [
            "lower": .double(interval.lower), "upper": .double(interval.upper),
            "confidence": .double(interval.confidence),
        ]
    }

    private static func result(_ result: GateResult) -> JSONValue {
        .object([
            ("name", .string(result.name)), ("metric", result.gate.map { .string($0.metric.name) } ?? .null),
            ("rule", result.gate.map { .string($0.rule.rawValue) } ?? .null),
            ("outcome", .string(result.outcome.rawValue)), ("line", .string(GateWords.line(result))),
            ("comparisons", .array(result.comparisons.map { comparison($0) })),
            ("bypass", result.bypass.map { .string($0) } ?? .null),
        ])
    }

    private static func comparison(_ comparison: GateComparison) -> JSONValue {
        var members: [(String, JSONValue)] = []
        switch comparison.against {
        case .model(let role): members.append(("against", .string(role.rawValue)))
        case .value: members.append(("against", "value"))
        }
        members.append(("model", comparison.model.map { .string($0) } ?? .null))
        let (finding, reason): (String, String?) =
            switch comparison.finding {
            case .reached: ("reached", nil)
            case .missed: ("missed", nil)
            case .noEarlierVersion: ("no_earlier_version", nil)
            case .undecidable(let reason): ("undecidable", reason)
            }
        members.append(("finding", .string(finding)))
        if let reason { members.append(("reason", .string(reason))) }
        for (name, value) in [
            ("figure", comparison.figure), ("threshold", comparison.threshold), ("reference", comparison.reference),
        ] {
            if let value { members.append((name, .double(value))) }
        }
        if let lead = comparison.lead {
            members.append(
                (
                    "lead",
                    .object([
                        ("rows", .int(Int64(lead.rows))), ("mean", .double(lead.mean)),
                        ("interval", interval(lead.interval)), ("wins", .int(Int64(lead.mcNemar.wins))),
                        ("losses", .int(Int64(lead.mcNemar.losses))), ("mcnemar_p", .double(lead.mcNemar.pValue)),
                    ])
                ))
        }
        return .object(members)
    }
}
