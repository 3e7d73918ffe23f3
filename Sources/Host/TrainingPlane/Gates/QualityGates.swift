import DataPlane

/// The gates a trained model has to pass: the gates file, checked.
///
/// ```swift
/// let gates = try QualityGates.load("configs/quality_gates.yaml")
/// gates.gates[0].metric          // .testExecAccuracy
/// gates.values.canonical         // its part of the contract hash
/// ```
///
/// The values decide a result, so they belong to the contract: another threshold is another evaluation.
public struct QualityGates: Sendable {
    /// The model that stands for "not distilled": by default the student before training.
    public enum Baseline: Sendable, Hashable {
        case untrainedStudent
        /// A model of the providers file.
        case model(String)
    }

    public var baseline: Baseline
    /// In the order of the file. All have to be passed.
    public var gates: [QualityGate]

    public init(baseline: Baseline, gates: [QualityGate]) {
        self.baseline = baseline
        self.gates = gates
    }

    /// What the file says with its defaults filled in, for the contract hash.
    public var values: JSONValue {
        let model: JSONValue =
            switch baseline {
            case .untrainedStudent: "untrained_student"
            case .model(let name): .string(name)
            }
        return ["baseline": ["model": model], "gates": .array(gates.map(\.values))]
    }
}

/// One threshold.
public struct QualityGate: Sendable {
    public enum Metric: String, Sendable, CaseIterable {
        /// Share of `ok` verdicts over the decidable test rows.
        case testExecAccuracy = "test_exec_accuracy"
        /// Mean of win 1, tie 1/2, loss 0 against the reference answers.
        case onlineWinRate = "online_win_rate"
    }

    public enum Rule: String, Sendable, CaseIterable {
        /// The metric itself has to reach the threshold.
        case point
        /// The lower bound of the interval of the paired differences has to reach it.
        case pairedLowerBound = "paired_lower_bound"
    }

    /// What the threshold is.
    public enum Reference: Sendable, Hashable {
        /// The same metric of another model.
        case baseline, teacher, previous
        case value(Double)
    }

    /// Which figure of the other model counts.
    public enum Figure: String, Sendable, CaseIterable {
        case estimate
        case lowerBound = "lower_bound"
    }

    public var metric: Metric
    public var rule: Rule
    /// It is enough to reach one of them.
    public var against: [Reference]
    public var figure: Figure
    /// How far below the threshold is still good enough, in the metric's unit; 0 is no margin.
    public var margin: Double
    /// Of the intervals, between 0 and 1.
    public var confidence: Double
    /// With fewer decidable rows the gate is undecidable.
    public var minimumRows: Int
    public var location: Location

    var values: JSONValue {
        let references = against.map { reference -> JSONValue in
            switch reference {
            case .baseline: "baseline"
            case .teacher: "teacher"
            case .previous: "previous"
            case .value(let value): ["value": .double(value)]
            }
        }
        return [
            "metric": .string(metric.rawValue), "rule": .string(rule.rawValue), "against": .array(references),
            "figure": .string(figure.rawValue), "margin": .double(margin), "confidence": .double(confidence),
            "minimum_rows": .int(Int64(minimumRows)),
        ]
    }
}
