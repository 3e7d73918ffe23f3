import Blocking
import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Statistics", .blocking)
struct StatisticsTests {
    @Test("A seed gives the same interval on every machine")
    func golden() {
        let tally = ScoreTally([1: 30, 0: 150, -1: 20])
        #expect(
            Bootstrap(seed: 1).interval(of: tally, confidence: 0.95)
                == Interval(lower: -0.015, upper: 0.12, confidence: 0.95))
        let many = ScoreTally(Dictionary(uniqueKeysWithValues: (1...50).map { (1 / Double($0), $0 % 3 + 1) }))
        #expect(
            Bootstrap(seed: 7, resamples: 999).interval(of: many, confidence: 0.9)
                == Interval(lower: 0.06735044318280425, upper: 0.12132286039013154, confidence: 0.9))
    }

    @Test("Rows that are all alike leave no doubt")
    func constant() {
        let interval = Bootstrap(seed: 1, resamples: 99).interval(of: ScoreTally([0.5: 40]), confidence: 0.95)
        #expect(interval == Interval(lower: 0.5, upper: 0.5, confidence: 0.95))
    }

    @Test("The ranks of the usual confidences are exact", arguments: [0.5, 0.9, 0.95, 0.99])
    func ranks(confidence: Double) {
        // Hardly two of the means are equal, so the next rank is another bound. A confidence that is a little smaller has
        // the same rank only if none was lost to rounding.
        let tally = ScoreTally(Dictionary(uniqueKeysWithValues: (0..<200).map { (Double($0).squareRoot(), 1) }))
        let bootstrap = Bootstrap(seed: 3)
        let interval = bootstrap.interval(of: tally, confidence: confidence)
        let same = bootstrap.interval(of: tally, confidence: confidence - 0.00001)
        let wider = bootstrap.interval(of: tally, confidence: confidence + 0.00001)
        #expect(same.lower == interval.lower && same.upper == interval.upper)
        #expect(wider.lower < interval.lower && wider.upper > interval.upper)
    }

    @Test(
        "The bootstrap of paired differences contains the truth as often as it says", arguments: [(100, 21), (400, 22)])
    func coverage(rows: Int, seed: UInt64) {
        // 18 % of rows won, 12 % lost: the true mean is 0.06.
        var random = SplitMix64(seed: seed)
        let simulations = 400
        var contained = 0
        for simulation in 0..<simulations {
            let wins = random.binomial(rows, part: 18, whole: 100)
            let losses = random.binomial(rows - wins, part: 12, whole: 82)
            let tally = ScoreTally([1: wins, -1: losses, 0: rows - wins - losses])
            let interval = Bootstrap(seed: UInt64(simulation), resamples: 399).interval(of: tally, confidence: 0.95)
            if interval.lower <= 0.06, 0.06 <= interval.upper { contained += 1 }
        }
        // Of 400, 380 are to be expected; four standard deviations are 17.
        #expect((363...397).contains(contained), "\(contained) of \(simulations)")
    }

    @Test("McNemar's test at its ends")
    func mcNemar() {
        #expect(McNemar(wins: 0, losses: 0).pValue == 1)
        #expect(McNemar(wins: 3, losses: 3).pValue == 1)
        #expect(McNemar(wins: 3, losses: 2).pValue == 1)
        #expect(McNemar(wins: 1, losses: 0).pValue == 1)
        #expect(McNemar(wins: 5, losses: 0).pValue == 0.0625)
        #expect(McNemar(wins: 100_000, losses: 0).pValue == 0)
    }

    @Test("A win rate counts ties half, and judgements that depend on the order as ties")
    func winRate() {
        #expect(WinRate(wins: 40, ties: 30, losses: 30).rate == 0.55)
        #expect(WinRate(wins: 0, ties: 0, losses: 0).rate == nil)
        #expect(WinRate.Outcome.ofBothOrders(.win, .win) == .win)
        #expect(WinRate.Outcome.ofBothOrders(.win, .loss) == .tie)
        #expect(WinRate.Outcome.ofBothOrders(.tie, .loss) == .tie)
        #expect(WinRate.Outcome.allCases.map(\.score) == [1, 0.5, 0])
    }

    @Test("The interval of a win rate is Wilson's only without ties")
    func winRateInterval() throws {
        let bootstrap = Bootstrap(seed: 1, resamples: 99)
        let without = WinRate(wins: 60, ties: 0, losses: 40).scores
        #expect(
            without.interval(confidence: 0.95, bootstrap) == .wilson(successes: 60, of: 100, confidence: 0.95))
        let with = WinRate(wins: 59, ties: 2, losses: 39).scores
        #expect(
            with.interval(confidence: 0.95, bootstrap) == bootstrap.interval(of: with, confidence: 0.95))
        #expect(ScoreTally().interval(confidence: 0.95, bootstrap) == nil)
    }

    @Test("Agreement that chance explains is none")
    func kappa() {
        var kappa = CohensKappa()
        #expect(kappa.value == nil && kappa.agreement == nil)
        kappa.add("ok", "ok")
        #expect(kappa.value == nil && kappa.agreement == 1)
        kappa.add("wrong", "wrong")
        #expect(kappa.value == 1)
        kappa.add("ok", "wrong")
        kappa.add("wrong", "ok")
        #expect(kappa.value == 0 && kappa.agreement == 0.5 && kappa.count == 4)
    }
}
