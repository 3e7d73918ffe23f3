/// What became of the rows of one task.
public struct TaskBooks: Sendable, Equatable {
    /// How the source rows ended.
    public var run = Tally()
    /// Verdict column to verdict to rows.
    public var verdicts: [String: [String: Int]] = [:]

    public init() {}

    public mutating func add(_ other: TaskBooks) {
        run.add(other.run)
        for (node, values) in other.verdicts { verdicts[node, default: [:]].merge(values, uniquingKeysWith: +) }
    }
}
