/// How far two raters agree beyond what chance would give (J. Cohen, Educational and Psychological Measurement 20, 1960, DOI
/// 10.1177/001316446002000104).
///
/// ```swift
/// var kappa = CohensKappa()
/// for (judge, gold) in verdicts { kappa.add(judge, gold) }
/// kappa.value   // 1: always the same; 0: as chance would
/// ```
public struct CohensKappa: Sendable {
    private var first: [String: Int] = [:]
    private var second: [String: Int] = [:]
    private var agreed = 0
    /// Rated things.
    public private(set) var count = 0

    public init() {}

    /// Adds things that both have rated, one unless `times` says otherwise.
    public mutating func add(_ label: String, _ other: String, times: Int = 1) {
        first[label, default: 0] += times
        second[other, default: 0] += times
        if label == other { agreed += times }
        count += times
    }

    /// The share of things that both rated alike; nil without any.
    public var agreement: Double? { count == 0 ? nil : Double(agreed) / Double(count) }

    /// (agreement − chance) / (1 − chance); nil where chance alone would agree on everything: no ratings, or one label for
    /// all.
    public var value: Double? {
        let n = Double(count)
        // In whole numbers as long as they are exact, so that the order of the labels does not matter.
        let chance = first.reduce(0.0) { $0 + Double($1.value) * Double(second[$1.key, default: 0]) } / (n * n)
        guard let agreement, chance < 1 else { return nil }
        return (agreement - chance) / (1 - chance)
    }
}
