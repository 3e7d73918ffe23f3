import Blocking
import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Statistics against SciPy", .blocking)
struct ScipyTests {
    private func answers(_ requests: [JSONValue]) throws -> [JSONValue] {
        try #require(try Oracle.json("scipy_figures.py", [], input: JSONValue.array(requests).compact).array)
    }

    private func expectClose(
        _ found: Double, _ expected: Double, within relative: Double, _ what: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            abs(found - expected) <= relative * max(abs(expected), 1e-300), what, sourceLocation: sourceLocation)
    }

    @Test("Wilson's interval")
    func wilson() throws {
        var cases: [(Int, Int, Double)] = []
        for trials in [1, 2, 7, 100, 1034, 1_000_000] {
            for successes in Set([0, 1, trials / 3, trials / 2, trials - 1, trials]) {
                for confidence in [0.5, 0.9, 0.95, 0.99, 0.9999] { cases.append((successes, trials, confidence)) }
            }
        }
        let expected = try answers(
            cases.map { ["wilson": [.int(Int64($0.0)), .int(Int64($0.1)), .double($0.2)]] })
        for ((successes, trials, confidence), bounds) in zip(cases, expected) {
            let interval = Interval.wilson(successes: successes, of: trials, confidence: confidence)
            let (lower, upper) = (try #require(bounds.array?[0].double), try #require(bounds.array?[1].double))
            #expect(abs(interval.lower - lower) < 1e-12, "\(successes) of \(trials) at \(confidence)")
            #expect(abs(interval.upper - upper) < 1e-12, "\(successes) of \(trials) at \(confidence)")
        }
    }

    @Test("McNemar's exact test, also for large counts")
    func mcNemar() throws {
        var cases: [(Int, Int)] = []
        for wins in [0, 1, 2, 5, 12, 40, 1000, 50_000] {
            for losses in [0, 1, 4, 5, 13, 60, 1100, 50_400] { cases.append((wins, losses)) }
        }
        cases += [(500_000, 501_500), (10_000_000, 10_010_000)]
        let expected = try answers(cases.map { ["mcnemar": [.int(Int64($0.0)), .int(Int64($0.1))]] })
        for ((wins, losses), p) in zip(cases, expected) {
            let found = McNemar(wins: wins, losses: losses).pValue
            // SciPy's own figure is good to nine digits at the largest counts, and 0 below 1e-300.
            let expected = try #require(p.double)
            if expected > 1e-300 { expectClose(found, expected, within: 1e-8, "\(wins) to \(losses)") }
            #expect(found < 1e-299 || expected > 1e-300, "\(wins) to \(losses)")
            #expect(McNemar(wins: losses, losses: wins).pValue == found)
        }
    }

    @Test("The bootstrap's interval agrees within what chance leaves between two of them")
    func bootstrap() throws {
        let cases: [(ScoreTally, Double)] = [
            (ScoreTally([-1: 20, 0: 150, 1: 30]), 0.95), (ScoreTally([-1: 3, 0: 490, 1: 7]), 0.9),
            (ScoreTally([0: 31, 0.5: 40, 1: 29]), 0.99), (ScoreTally([-1: 4, -0.5: 10, 0: 60, 0.5: 20, 1: 6]), 0.95),
            (ScoreTally(Dictionary(uniqueKeysWithValues: (0..<300).map { (Double($0 * $0) / 90_000, 1) })), 0.95),
        ]
        let expected = try answers(
            cases.map { tally, confidence in
                let rows = tally.inOrder.map { ("\($0.value)", JSONValue.int(Int64($0.count))) }
                return ["bootstrap": .object(rows), "confidence": .double(confidence)]
            })
        for ((tally, confidence), bounds) in zip(cases, expected) {
            let found = Bootstrap(seed: 1).interval(of: tally, confidence: confidence)
            let (lower, upper) = (try #require(bounds.array?[0].double), try #require(bounds.array?[1].double))
            // A bound is a quantile of 9,999 draws: it varies by about 3 % of the width, and by a step of the lattice.
            let slack = 0.06 * (upper - lower) + 1 / Double(tally.count)
            #expect(abs(found.lower - lower) <= slack, "\(found) against \(lower) of \(tally.count) rows")
            #expect(abs(found.upper - upper) <= slack, "\(found) against \(upper) of \(tally.count) rows")
        }
    }

    @Test("Drawn counts are binomial", arguments: [(10, 3, 7), (64, 1, 2), (65, 999, 1000), (200, 1, 90), (1, 1, 3)])
    func binomial(trials: Int, part: Int, whole: Int) throws {
        var random = SplitMix64(seed: UInt64(trials))
        var counts = [Int](repeating: 0, count: trials + 1)
        for _ in 0..<20_000 { counts[random.binomial(trials, part: part, whole: whole)] += 1 }
        let request: JSONValue = [
            "binomial": [.int(Int64(trials)), .double(Double(part) / Double(whole))],
            "counts": .array(counts.map { .int(Int64($0)) }),
        ]
        let p = try #require(try answers([request])[0].double)
        #expect(p > 0.001)
    }

    @Test("Cohen's kappa")
    func kappa() throws {
        var random = SplitMix64(seed: 5)
        var kappa = CohensKappa()
        var pairs: [JSONValue] = []
        for _ in 0..<500 {
            let first = random.pick(["ok", "wrong", "undecidable"])
            let second = random.oneIn(3) ? random.pick(["ok", "wrong"]) : first
            kappa.add(first, second)
            pairs.append([.string(first), .string(second)])
        }
        let expected = try #require(try answers([["kappa": .array(pairs)]])[0].double)
        expectClose(try #require(kappa.value), expected, within: 1e-12, "500 pairs")
    }
}
