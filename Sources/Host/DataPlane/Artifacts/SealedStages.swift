/// The rows of a run's sealed shards, stage by stage and batch by batch.
///
/// ```swift
/// let stages = try SealedStages(runDirectory: "runs/demo-1")
/// try stages.forEachBatch(of: "rejected") { batch throws(Failure) in … }
/// ```
///
/// Rows come in the order of their ordinals. Memory is bounded by a batch.
public struct SealedStages {
    /// In the order of the graph.
    public let names: [String]
    /// Ascending.
    public let shards: [Int]
    private let rowCounts: [String: Int]
    private let runDirectory: String
    private static let batchRows = 256

    /// - Throws: ``Failure`` when there is an index of manifests that cannot be read.
    public init(runDirectory: String) throws(Failure) {
        self.runDirectory = runDirectory
        let index = try ManifestIndex(runDirectory: runDirectory)
        shards = index.shards.keys.sorted()
        names = shards.first.flatMap { index.shards[$0] }?.map(\.stage) ?? []
        rowCounts = index.shards.values.joined().reduce(into: [:]) { $0[$1.stage, default: 0] += $1.count }
    }

    /// The rows (candidates) of a stage in all shards.
    public func rowCount(of stage: String) -> Int { rowCounts[stage, default: 0] }

    /// The columns of a stage; nil when there is no such stage or no shard yet.
    public func schema(of stage: String) throws(Failure) -> Schema? {
        guard let shard = shards.first, names.contains(stage) else { return nil }
        return try reader(stage, shard).schema
    }

    /// Reads all shards of a stage, or one.
    public func forEachBatch(
        of stage: String, shard: Int? = nil, _ body: (RecordBatch) throws(Failure) -> Void
    ) throws(Failure) {
        guard names.contains(stage) else { return }
        for shard in shard.map({ [$0] }) ?? shards {
            let reader = try reader(stage, shard)
            while let batch = try reader.next() { try body(batch) }
        }
    }

    /// Reads the first rows of a stage, in whole batches, and no more.
    public func forFirstBatches(
        of stage: String, rows: Int, _ body: (RecordBatch) throws(Failure) -> Void
    ) throws(Failure) {
        guard names.contains(stage) else { return }
        var count = 0
        for shard in shards where count < rows {
            let reader = try reader(stage, shard)
            while count < rows, let batch = try reader.next() {
                count += batch.rowCount
                try body(batch)
            }
        }
    }

    private func reader(_ stage: String, _ shard: Int) throws(Failure) -> ParquetReader {
        try ParquetReader(path: "\(runDirectory)/\(ArtifactPath.file(stage, shard))", batchRows: Self.batchRows)
    }
}
