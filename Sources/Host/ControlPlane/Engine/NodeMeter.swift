import DataPlane

/// Measures one node: rows, and how long batches wait and are worked on.
///
/// Times go into a histogram of powers of √2 from 1 µs, so that percentiles cost no memory; they are exact to 20 %.
struct NodeMeter {
    var rowsIn = 0
    var rowsOut = 0
    /// Rows that did not leave, and how many of them were rejected.
    var ended = 0
    var rejected = 0
    private(set) var queue = Durations()
    private(set) var work = Durations()

    mutating func waited(nanoseconds: UInt64) { queue.add(nanoseconds) }
    mutating func worked(nanoseconds: UInt64) { work.add(nanoseconds) }
}

/// A histogram of durations.
struct Durations {
    private var counts = [Int](repeating: 0, count: 80)
    private(set) var count = 0
    private(set) var totalNanoseconds: UInt64 = 0

    mutating func add(_ nanoseconds: UInt64) {
        count += 1
        totalNanoseconds += nanoseconds
        counts[Self.bucket(nanoseconds)] += 1
    }

    private static func bucket(_ nanoseconds: UInt64) -> Int {
        var bound = 1000.0
        var bucket = 0
        while Double(nanoseconds) > bound, bucket < 79 {
            bound *= 2.0.squareRoot()
            bucket += 1
        }
        return bucket
    }

    /// The upper bound of the bucket in which the share `quantile` of all durations is reached, in microseconds.
    func microseconds(quantile: Double) -> Int64 {
        guard count > 0 else { return 0 }
        var seen = 0
        var bound = 1.0
        for bucket in counts {
            seen += bucket
            if Double(seen) >= quantile * Double(count) { return Int64(bound.rounded()) }
            bound *= 2.0.squareRoot()
        }
        return Int64(bound.rounded())
    }

    var json: JSONValue {
        [
            "count": .int(Int64(count)), "total_us": .int(Int64(totalNanoseconds / 1000)),
            "p50_us": .int(microseconds(quantile: 0.5)), "p90_us": .int(microseconds(quantile: 0.9)),
            "p99_us": .int(microseconds(quantile: 0.99)),
        ]
    }
}
