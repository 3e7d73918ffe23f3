/// A step that sees all candidates of a sample together, and makes one row of each.
///
///     struct Vote: GroupedStep {
///         static let id = "vote"
///         static let summary = "Counts how often an answer was given."
///
///         let answer: Input<String>
///         let votes: Output<Int64>
///
///         init(_ declare: inout Declaration) {
///             answer = declare.reads("answer", doc: "The answer.")
///             votes = declare.adds("votes", doc: "How many candidates of the sample gave it.")
///         }
///
///         func run(_ sample: inout Sample) throws {
///             var count: [String: Int64] = [:]
///             for index in 0..<sample.count { count[sample[answer, index], default: 0] += 1 }
///             try sample.forEachRow { row, _ in row[votes] = count[row[answer]] ?? 0 }
///         }
///     }
///
/// Samples are told apart by the host's column `ordinal`, the position of the sample in the source, which is declared as
/// the first read of every grouped step.
public protocol GroupedStep: AnyStep {
    /// Looks at the rows of a sample and sets their outputs, or throws `Reject`, which rejects all of them.
    ///
    /// A function of the sample and the options alone: no state that changes, no network, no clock.
    func run(_ sample: inout Sample) throws
}

extension GroupedStep {
    public static var cardinality: Cardinality { .one }
    public static var isGrouped: Bool { true }

    public func process(_ batch: Batch) throws(StepError) {
        try batch.forEachSample { sample in try run(&sample) }
    }
}
