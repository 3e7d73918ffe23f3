import Testing

@testable import TrainingPlane

@Suite struct LossWatchTests {
    /// What is wrong with the first loss that is, where each of them stands for ten steps.
    private func verdict(_ losses: [Double]) -> String? {
        var watch = LossWatch()
        for (step, loss) in losses.flatMap({ Array(repeating: $0, count: 10) }).enumerated() {
            if let words = watch.add(TrainingPoint(step: step + 1, loss: loss)) { return words }
        }
        return nil
    }

    @Test func aLossThatRisesFromWhereItBeganIsNoticed() {
        #expect(verdict([1, 5]) == "the loss has risen: the mean of the last 10 up to step 13 is 2.2, after 1")
    }

    @Test func aLossThatLosesMostOfWhatItGainedIsNoticed() {
        #expect(verdict([2, 0.5, 3]) == "the loss has risen: the mean of the last 10 up to step 24 is 1.5, after 0.5")
    }

    /// As with a small net that has learnt its samples: ten times as much, and nothing.
    @Test func theNoiseOfALossNearZeroIsNoRise() {
        #expect(verdict([2.6, 0.3, 0.0055, 0.055, 0.01]) == nil)
    }

    @Test func aLossBelowZeroIsLetBe() { #expect(verdict([0.5, -1, -0.2]) == nil) }
}
