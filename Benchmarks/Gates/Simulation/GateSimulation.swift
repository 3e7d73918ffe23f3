import DataPlane
import TrainingPlane

/// Lets students of known quality run against gates, to see how often each rule lets them pass.
///
/// An evaluation is drawn as the rows that both models got right, only one, or neither. Then the rules decide exactly as
/// they do on real rows.
public struct GateSimulation {
    /// A student against a baseline.
    public struct Setting: Sendable {
        public var rows: Int
        /// Of the two models' results on a row: 0 when they have nothing to do with each other, 1 when they are the same.
        public var correlation: Double
        /// How many points the student is better, in hundredths.
        public var lead: Int

        public init(rows: Int, correlation: Double, lead: Int) {
            self.rows = rows
            self.correlation = correlation
            self.lead = lead
        }
    }

    /// The baseline gets 60 % of the rows right.
    public static let baseline = 0.6

    /// The rules that are compared, with their names.
    public static let rules: [(name: String, gate: QualityGate)] = [
        ("`point`", gate(.point)), ("`point`, `figure: lower_bound`", gate(.point, figure: .lowerBound)),
        ("`paired_lower_bound`", gate(.pairedLowerBound)),
        ("`paired_lower_bound`, `margin: 0.02`", gate(.pairedLowerBound, margin: 0.02)),
        ("`paired_lower_bound`, `margin: 0.05`", gate(.pairedLowerBound, margin: 0.05)),
    ]

    private static func gate(
        _ rule: QualityGate.Rule, figure: QualityGate.Figure = .estimate, margin: Double = 0
    ) -> QualityGate {
        QualityGate(
            name: "accuracy", metric: .testExecAccuracy, rule: rule, against: [.model(.baseline)], figure: figure,
            margin: margin, confidence: 0.95, minimumRows: 100, location: Location(file: ""))
    }

    private let setting: Setting
    private let bootstrap: Bootstrap
    private var random: SplitMix64
    /// What has been computed, since the lead depends on the rows on which the models differ only.
    private var leads: [Counts: GateComparison.Lead] = [:]

    public init(_ setting: Setting, seed: UInt64, resamples: Int) {
        self.setting = setting
        bootstrap = Bootstrap(seed: seed, resamples: resamples)
        random = SplitMix64(seed: seed)
    }

    /// The rows of an evaluation.
    private struct Counts: Hashable {
        var both = 0
        var onlyStudent: Int
        var onlyBaseline: Int
    }

    /// Probabilities in millionths: both right, only the student, only the baseline.
    public static func probabilities(_ setting: Setting) -> (both: Int, onlyStudent: Int, onlyBaseline: Int) {
        let (p, q) = (baseline, baseline + Double(setting.lead) / 100)
        let both = p * q + setting.correlation * (p * (1 - p) * q * (1 - q)).squareRoot()
        func millionths(_ share: Double) -> Int { Int((share * 1_000_000).rounded()) }
        return (millionths(both), millionths(q) - millionths(both), millionths(p) - millionths(both))
    }

    /// How many of some evaluations each rule lets pass.
    public mutating func passes(of evaluations: Int) -> [Int] {
        var passes = [Int](repeating: 0, count: Self.rules.count)
        for _ in 0..<evaluations {
            let outcome = decide(draw())
            for index in outcome.indices where outcome[index] { passes[index] += 1 }
        }
        return passes
    }

    private mutating func draw() -> Counts {
        let shares = Self.probabilities(setting)
        let both = random.binomial(setting.rows, part: shares.both, whole: 1_000_000)
        var rest = 1_000_000 - shares.both
        let onlyStudent = random.binomial(setting.rows - both, part: shares.onlyStudent, whole: rest)
        rest -= shares.onlyStudent
        let onlyBaseline = random.binomial(
            setting.rows - both - onlyStudent, part: shares.onlyBaseline, whole: rest)
        return Counts(both: both, onlyStudent: onlyStudent, onlyBaseline: onlyBaseline)
    }

    private mutating func decide(_ counts: Counts) -> [Bool] {
        let rows = setting.rows
        func tally(_ right: Int) -> ScoreTally { ScoreTally([1: right, 0: rows - right]) }
        let lead = lead(counts)
        return Self.rules.map { rule in
            rule.gate.compare(
                student: tally(counts.both + counts.onlyStudent), other: tally(counts.both + counts.onlyBaseline),
                lead: lead, role: .baseline, name: "baseline", bootstrap: bootstrap
            ).finding == .reached
        }
    }

    private mutating func lead(_ counts: Counts) -> GateComparison.Lead {
        let key = Counts(onlyStudent: counts.onlyStudent, onlyBaseline: counts.onlyBaseline)
        if let known = leads[key] { return known }
        let alike = setting.rows - counts.onlyStudent - counts.onlyBaseline
        let pairing = Pairing(
            differences: ScoreTally([1: counts.onlyStudent, 0: alike, -1: counts.onlyBaseline]))
        let lead = GateComparison.Lead(pairing, confidence: 0.95, bootstrap)
        leads[key] = lead
        return lead
    }
}
