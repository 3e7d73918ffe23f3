/// Scores in ten bins of equal width over a range.
///
/// ```
/// 0    0.1   0.2  …  0.9    1
/// [    )[    )[      )[     ]      the last bin has its upper end too
/// ```
public struct Histogram: Sendable, Equatable {
    public static let binCount = 10

    public let range: ClosedRange<Double>
    public var bins = [Int](repeating: 0, count: binCount)
    /// Scores outside of the range.
    public var below = 0
    public var above = 0
    /// Rows that should have a score and have none.
    public var nulls = 0

    /// - Precondition: the range has a width.
    public init(range: ClosedRange<Double>) {
        precondition(range.lowerBound < range.upperBound)
        self.range = range
    }

    /// All that was counted.
    public var total: Int { bins.reduce(below + above + nulls, +) }

    /// Counts a score; nil for a row that has none. What is no number is none either.
    public mutating func count(_ score: Double?) {
        guard let score, !score.isNaN else {
            nulls += 1
            return
        }
        if score < range.lowerBound {
            below += 1
        } else if score > range.upperBound {
            above += 1
        } else {
            let place = (score - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(Self.binCount)
            bins[min(Int(place), Self.binCount - 1)] += 1
        }
    }

    /// Adds the counts of other rows of the same column.
    public mutating func add(_ other: Histogram) {
        for bin in bins.indices { bins[bin] += other.bins[bin] }
        below += other.below
        above += other.above
        nulls += other.nulls
    }
}
