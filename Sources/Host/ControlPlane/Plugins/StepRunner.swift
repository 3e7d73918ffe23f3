import DataPlane

/// One configured, bound step: where the engine sends its batches.
public protocol StepRunner: Sendable {
    /// The columns the step wants to see, under its own names, in its order.
    var reads: [Field] { get }
    /// The columns it will return.
    var adds: [Field] { get }
    /// How many batches it can work on at the same time.
    var parallelism: Int { get }

    /// Runs one batch of exactly the columns of ``reads`` and calls `completion` once, on any thread.
    ///
    /// What comes back has passed every check of Docs/specs/abi.md. Rows that crashed or hung the step are among the
    /// rejected ones; a failure means that the plugin is at fault or cannot be run at all, and ends the run.
    func run(_ call: StepCall, completion: @escaping @Sendable (Result<StepOutput, Failure>) -> Void)

    /// Ends workers and frees the instances. Batches under way complete with a failure.
    func shutdown()
}

/// A batch on its way to a step.
public struct StepCall: Sendable {
    public var batch: RecordBatch
    /// Number of the batch at its node.
    public var number: UInt64
    /// The step's only randomness; the same for the same rows.
    public var seed: UInt64
    /// First rows of the samples, ascending, beginning with 0: where a batch may be cut in two.
    public var sampleStarts: [Int]
    /// Where rows that end workers are counted; it may end the run.
    var crashes: CrashReport?

    public init(batch: RecordBatch, number: UInt64, seed: UInt64, sampleStarts: [Int]) {
        self.batch = batch
        self.number = number
        self.seed = seed
        self.sampleStarts = sampleStarts
    }
}

/// What a step made of a batch.
public struct StepOutput: Sendable {
    /// The added columns, a row for each of `parents`.
    public var added: RecordBatch
    /// The input row of each added row, ascending.
    public var parents: [Int]
    public var rejects: [StepReject]

    public init(added: RecordBatch, parents: [Int], rejects: [StepReject]) {
        self.added = added
        self.parents = parents
        self.rejects = rejects
    }
}

/// An input row without an answer.
public struct StepReject: Sendable, Equatable {
    public var parent: Int
    public var code: String
    public var detail: String?
    /// The host's verdict on a crash, hang or memory cap, not the step's: it depends on the machine, so the engine
    /// writes it into the journal and honours it on replay.
    public var isBackstop: Bool

    public init(parent: Int, code: String, detail: String?, isBackstop: Bool = false) {
        self.parent = parent
        self.code = code
        self.detail = detail
        self.isBackstop = isBackstop
    }
}
