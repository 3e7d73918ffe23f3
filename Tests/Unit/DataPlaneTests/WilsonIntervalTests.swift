import Testing

@testable import DataPlane

@Suite struct WilsonIntervalTests {
    /// Computed by Tests/Oracles/quality_report.py, which looks for the shares that the score test does not refuse.
    @Test(arguments: [
        (8, 10, 0.490162, 0.943318), (0, 10, 0, 0.277533), (10, 10, 0.722467, 1), (1, 1, 0.206549, 1),
        (28, 125, 0.159770, 0.304688), (500, 1000, 0.469070, 0.530930),
    ])
    func theIntervalIsThatOfTheScoreTest(successes: Int, trials: Int, low: Double, high: Double) {
        let interval = Interval.wilson(successes: successes, of: trials, confidence: 0.95)
        #expect(abs(interval.lower - low) < 1e-6 && abs(interval.upper - high) < 1e-6, "\(interval)")
    }
}
