import DataPlane

/// What one piece of work cost, measured several times: nanoseconds a row.
struct Figure {
    let wall: Spread
    let cpu: Spread

    /// The least, the middle and the greatest of some measurements.
    struct Spread {
        let least: Double
        let median: Double
        let most: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            least = sorted.first ?? 0
            median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            most = sorted.last ?? 0
        }
    }

    /// Does the work once to warm up, then `repetitions` times with the clocks on.
    static func measure(
        repetitions: Int, rows: Int, tree: ProcessTree, _ work: () throws -> Void
    ) rethrows -> Figure {
        try work()
        var wall: [Double] = []
        var cpu: [Double] = []
        for _ in 0..<repetitions {
            let (start, used) = (monotonicNanoseconds(), tree.cpuNanoseconds)
            try work()
            cpu.append(Double(tree.cpuNanoseconds - used) / Double(rows))
            wall.append(Double(monotonicNanoseconds() - start) / Double(rows))
        }
        return Figure(wall: Spread(wall), cpu: Spread(cpu))
    }
}
