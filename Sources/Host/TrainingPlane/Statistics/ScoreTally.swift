import DataPlane

/// How often each value occurs: all that a mean and its interval need to know of the rows.
///
/// ```swift
/// var tally = ScoreTally()
/// for score in scores { tally.add(score) }
/// tally.mean
/// ```
///
/// Scores and their differences have few values, so this is small whatever the number of rows.
public struct ScoreTally: Sendable, Equatable {
    /// Value to rows, without values of no row.
    public private(set) var counts: [Double: Int] = [:]
    public private(set) var count = 0

    public init() {}

    public init(_ counts: [Double: Int]) {
        self.counts = counts.filter { $0.value > 0 }
        count = self.counts.reduce(0) { $0 + $1.value }
    }

    public mutating func add(_ value: Double) {
        counts[value, default: 0] += 1
        count += 1
    }

    /// Nil without rows.
    public var mean: Double? {
        guard count > 0 else { return nil }
        // In the order of the values, so that the sum does not depend on that of the dictionary.
        return inOrder.reduce(0.0) { $0 + $1.value * Double($1.count) } / Double(count)
    }

    /// Values in ascending order, with their rows.
    public var inOrder: [(value: Double, count: Int)] {
        counts.sorted { $0.key < $1.key }.map { (value: $0.key, count: $0.value) }
    }

    /// Whether there is nothing but 0 and 1: the mean is a share.
    public var isShare: Bool { counts.keys.allSatisfy { $0 == 0 || $0 == 1 } }

    /// The interval of the mean: Wilson's for a share, else the bootstrap's. Nil without rows.
    public func interval(confidence: Double, _ bootstrap: Bootstrap) -> Interval? {
        guard count > 0 else { return nil }
        if isShare { return .wilson(successes: counts[1, default: 0], of: count, confidence: confidence) }
        return bootstrap.interval(of: self, confidence: confidence)
    }
}
