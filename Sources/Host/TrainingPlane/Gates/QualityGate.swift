import DataPlane

/// One threshold of the gates file.
public struct QualityGate: Sendable {
    public enum Metric: Sendable, Hashable {
        /// Share of `ok` verdicts over the decidable test rows.
        case testExecAccuracy
        /// Mean of win 1, tie 1/2, loss 0 against the reference answers.
        case onlineWinRate
        /// Another figure of the evaluation, by its name there.
        case further(String)
    }

    public enum Rule: String, Sendable {
        /// The metric itself has to reach the threshold.
        case point
        /// The lower bound of the interval of the paired differences has to lie above it.
        case pairedLowerBound = "paired_lower_bound"
        /// The metric has to reach a number.
        case atLeast = "at_least"
        /// The metric may not exceed a number.
        case atMost = "at_most"
    }

    /// What the threshold is.
    public enum Reference: Sendable, Hashable {
        /// The same metric of another model.
        case model(ModelRole)
        case value(Double)
    }

    /// Which figure of the other model counts.
    public enum Figure: String, Sendable, CaseIterable {
        case estimate
        case lowerBound = "lower_bound"
    }

    /// What a bypass calls it; unique among the gates of a file.
    public var name: String
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

    package init(
        name: String, metric: Metric, rule: Rule, against: [Reference], figure: Figure, margin: Double,
        confidence: Double, minimumRows: Int, location: Location
    ) {
        self.name = name
        self.metric = metric
        self.rule = rule
        self.against = against
        self.figure = figure
        self.margin = margin
        self.confidence = confidence
        self.minimumRows = minimumRows
        self.location = location
    }

    /// What decides; the name does not.
    var values: JSONValue {
        let references = against.map { reference -> JSONValue in
            switch reference {
            case .model(let role): .string(role.rawValue)
            case .value(let value): ["value": .double(value)]
            }
        }
        return [
            "metric": .string(metric.name), "rule": .string(rule.rawValue), "against": .array(references),
            "figure": .string(figure.rawValue), "margin": .double(margin), "confidence": .double(confidence),
            "minimum_rows": .int(Int64(minimumRows)),
        ]
    }
}

extension QualityGate.Metric {
    /// Those that may be compared with other models.
    static let comparable: [Self] = [.testExecAccuracy, .onlineWinRate]

    public init(named name: String) {
        self = Self.comparable.first { $0.name == name } ?? .further(name)
    }

    public var name: String {
        switch self {
        case .testExecAccuracy: "test_exec_accuracy"
        case .onlineWinRate: "online_win_rate"
        case .further(let name): name
        }
    }
}
