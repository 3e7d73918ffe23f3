/// The table of `Docs/specs/gates.md`: how often students pass each rule.
public struct GateTable: Sendable {
    public var rows: [Int]
    public var correlations: [Double]
    /// Evaluations of each setting.
    public var evaluations: Int
    public var resamples: Int

    public init(rows: [Int], correlations: [Double], evaluations: Int, resamples: Int) {
        self.rows = rows
        self.correlations = correlations
        self.evaluations = evaluations
        self.resamples = resamples
    }

    /// What the documentation shows; some minutes of work without optimisation.
    public static let full = GateTable(
        rows: [200, 1000], correlations: [0.3, 0.7], evaluations: 2000, resamples: 9999)

    /// The same in little, for tests.
    public static let short = GateTable(rows: [200], correlations: [0.7], evaluations: 100, resamples: 399)

    /// The table in Markdown, the same on every machine.
    public var text: String {
        var lines = [
            "| rows | correlation | rows on which they differ | student | "
                + GateSimulation.rules.map(\.name).joined(separator: " | ") + " |",
            "| ---: | ---: | ---: | ---: |" + GateSimulation.rules.map { _ in " ---: |" }.joined(),
        ]
        for rows in rows {
            for correlation in correlations {
                for lead in [-5, -2, 0, 2, 5] {
                    lines.append(line(.init(rows: rows, correlation: correlation, lead: lead)))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ setting: GateSimulation.Setting) -> String {
        var simulation = GateSimulation(setting, seed: 1, resamples: resamples)
        let shares = GateSimulation.probabilities(setting)
        let differing = Self.tenths(shares.onlyStudent + shares.onlyBaseline, of: 1_000_000)
        let lead = setting.lead == 0 ? "equal" : setting.lead > 0 ? "+\(setting.lead)" : "−\(-setting.lead)"
        let passes = simulation.passes(of: evaluations).map { Self.tenths($0, of: evaluations) }
        return "| \(setting.rows) | \(setting.correlation) | \(differing) % | \(lead) | "
            + passes.map { "\($0) %" }.joined(separator: " | ") + " |"
    }

    /// A percentage with one decimal, rounded half up.
    private static func tenths(_ part: Int, of whole: Int) -> String {
        let tenths = (part * 2000 + whole) / (2 * whole)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
