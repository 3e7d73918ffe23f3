import DataPlane

/// Intervals of a mean by drawing the rows again and again (B. Efron, Annals of Statistics 7, 1979, DOI
/// 10.1214/aos/1176344552). Given the differences of two models row by row, it is the paired bootstrap.
///
/// ```swift
/// Bootstrap(seed: 1).interval(of: ScoreTally([1: 30, 0: 150, -1: 20]), confidence: 0.95)
/// ```
///
/// The same rows and the same seed give the same interval on every machine, in whatever order the rows come: each resample
/// is drawn as counts of the values, from whole numbers.
public struct Bootstrap: Sendable, Equatable {
    public var seed: UInt64
    /// One less than a round number, so that the usual confidences fall on a resample exactly (A. C. Davison, D. V. Hinkley,
    /// Bootstrap Methods and their Application, 1997, section 2.2.1, DOI 10.1017/CBO9780511802843).
    public var resamples: Int

    public init(seed: UInt64, resamples: Int = 9999) {
        precondition(resamples > 0)
        self.seed = seed
        self.resamples = resamples
    }

    /// The percentile interval of the mean: with α = 1 − confidence and B resamples, the ⌊(B + 1) α/2⌋-th smallest and
    /// largest of their means (at least the first).
    ///
    /// - Precondition: there are rows.
    /// - Complexity: O(resamples × (rows / 32 + values)) at most, and O(resamples) memory.
    public func interval(of tally: ScoreTally, confidence: Double) -> Interval {
        precondition(tally.count > 0)
        var drawing = Drawing(tally, seed: seed)
        var means: [Double] = []
        means.reserveCapacity(resamples)
        for _ in 0..<resamples { means.append(drawing.mean()) }
        means.sort()
        // 10,000 × (1 − 0.9) / 2 is 500, though not in doubles.
        let rank = max(1, Int(Double(resamples + 1) * (1 - confidence) / 2 + 1e-6))
        return Interval(lower: means[rank - 1], upper: means[resamples - rank], confidence: confidence)
    }
}

/// Draws resamples of a tally.
private struct Drawing {
    private let values: [Double]
    /// Rows before each value, and all rows at the end.
    private var before = [0]
    private var random: SplitMix64

    init(_ tally: ScoreTally, seed: UInt64) {
        let ordered = tally.inOrder
        values = ordered.map(\.value)
        for entry in ordered { before.append(before[before.count - 1] + entry.count) }
        random = SplitMix64(seed: seed)
    }

    /// The mean of as many rows as there are, each drawn from all of them.
    mutating func mean() -> Double {
        let rows = before[values.count]
        return sum(of: rows, from: 0, to: values.count) / Double(rows)
    }

    /// The sum of `draws` rows that are known to have one of the values in a range: how many fall into its lower half is
    /// binomial, and so on downwards.
    private mutating func sum(of draws: Int, from start: Int, to end: Int) -> Double {
        if draws == 0 { return 0 }
        if end - start == 1 { return values[start] * Double(draws) }
        let middle = (start + end) / 2
        let lower = random.binomial(
            draws, part: before[middle] - before[start], whole: before[end] - before[start])
        return sum(of: lower, from: start, to: middle) + sum(of: draws - lower, from: middle, to: end)
    }
}
