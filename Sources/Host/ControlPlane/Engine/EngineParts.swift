import DataPlane

/// How much the engine may hold at once.
public struct EngineSettings: Sendable {
    /// Rows of a batch from the source.
    public var batchRows = 128
    /// Source rows that have left the source and reached no end yet.
    public var openRows = 512
    /// Batches that may wait before a node.
    public var queueBatches = 4
    /// Batches that may wait to be written.
    public var storageBacklog = 8
    /// How often progress is told.
    public var progressNanoseconds: UInt64 = 100_000_000

    public init() {}
}

/// What the engine works with; made by Pipeline.
public struct EngineParts {
    public var runID: String
    /// Hexadecimal; the seed of the steps' randomness.
    public var contractHash: String
    /// By index of the node.
    public var runners: [Int: any StepRunner]
    /// Nil when no node asks a model.
    public var completer: (any Completer)?
    public var makeReader: @Sendable () throws(Failure) -> SourceReader
    public var store: ArtifactStore
    public var duplicates: DuplicateIndex
    /// Where batches may wait on disk; made when it is needed.
    public var spoolFolder: String
    public var journal: Journal
    public var events: any EventSink
    /// Writes the books of a shard to the run folder; called before its manifests.
    public var writeBooks: @Sendable (Int, Books) throws(Failure) -> Void
    public var onProgress: (Progress) -> Void

    public init(
        runID: String, contractHash: String, runners: [Int: any StepRunner], completer: (any Completer)?,
        makeReader: @escaping @Sendable () throws(Failure) -> SourceReader, store: ArtifactStore,
        duplicates: DuplicateIndex, spoolFolder: String, journal: Journal, events: any EventSink,
        writeBooks: @escaping @Sendable (Int, Books) throws(Failure) -> Void,
        onProgress: @escaping (Progress) -> Void
    ) {
        self.runID = runID
        self.contractHash = contractHash
        self.runners = runners
        self.completer = completer
        self.makeReader = makeReader
        self.store = store
        self.duplicates = duplicates
        self.spoolFolder = spoolFolder
        self.journal = journal
        self.events = events
        self.writeBooks = writeBooks
        self.onProgress = onProgress
    }
}

/// Ends a run in good order, from any thread.
public struct EngineStop: Sendable {
    let mailbox = Mailbox<EngineMessage>()

    public init() {}

    /// No more rows are read; what is under way comes to its end.
    public func request(signal: Int32) { mailbox.send(.stop(signal: signal)) }
}

/// How a run ended.
public struct EngineResult: Sendable {
    public var books: Books
    /// The source was read to its end.
    public var isComplete: Bool
    /// The signal that stopped it.
    public var stopSignal: Int32?
    /// Why the first deferred row had to wait.
    public var deferralReason: String?
}

extension Plan {
    /// The stages of a run and their columns, in the order of the graph.
    public var stages: [(name: String, schema: Schema)] {
        var stages = [("raw", Schema(NodeInput.source.schema(in: self).fields.filter { $0.name != "candidate" }))]
        stages += nodes.compactMap { node in node.artifact.map { ($0, node.output) } }
        if let last = nodes.last { stages.append(("distilled", last.output)) }
        stages.append(("rejected", DropStage.schema))
        stages.append(("hard_samples", HardStage.schema(source: NodeInput.source.schema(in: self).fields)))
        return stages
    }
}
