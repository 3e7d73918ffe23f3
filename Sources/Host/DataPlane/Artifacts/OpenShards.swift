/// The files of all shards that are not sealed, of whose spools a bounded number is awake.
///
/// Shards whose rows wait for something stay here for as long as the run lasts, so neither descriptors nor memory may
/// grow with their number: the spool that was used longest ago rests when another one is needed, and only the first
/// shard's rows may wait in memory.
struct OpenShards {
    struct Key: Hashable {
        var stage: String
        var shard: Int
    }

    /// Spools that may have a file open and have their rows' places in memory.
    static let awakeLimit = 64

    private let runDirectory: String
    private var files: [Key: ShardFile] = [:]
    /// Those whose spool is awake, the one used last at the end.
    private var awake: [Key] = []
    private var firstShard = Int.max

    /// - Parameter runDirectory: has the folders of all stages, and that in which rows wait.
    init(runDirectory: String) { self.runDirectory = runDirectory }

    /// Adds rows to a file, which is created if need be.
    ///
    /// - Parameter settled: once these rows are there, all rows of the shard before this ordinal are.
    mutating func append(
        _ batch: RecordBatch, to stage: String, _ shard: Int, settled: Int64 = .min
    ) throws(Failure) {
        let key = Key(stage: stage, shard: shard)
        if let index = awake.lastIndex(of: key) {
            awake.remove(at: index)
        } else if awake.count == Self.awakeLimit {
            try files[awake.removeFirst()]?.spool.rest()
        }
        awake.append(key)
        firstShard = min(firstShard, shard)
        let file =
            files[key] ?? ShardFile(stage: stage, shard: shard, schema: batch.schema, runDirectory: runDirectory)
        files[key] = file
        try file.append(batch, inMemory: shard == firstShard, settled: settled)
    }

    /// Takes a file out; nil when it never got a row.
    mutating func remove(_ stage: String, _ shard: Int) -> ShardFile? {
        let key = Key(stage: stage, shard: shard)
        awake.removeAll { $0 == key }
        let file = files.removeValue(forKey: key)
        if shard == firstShard { firstShard = files.keys.map(\.shard).min() ?? .max }
        return file
    }

    /// Rows whose places are in memory.
    var rowsInMemory: Int { files.values.reduce(0) { $0 + $1.spool.rowsInMemory } }
    /// Bytes of rows that wait in memory.
    var bytesInMemory: Int { files.values.reduce(0) { $0 + $1.spool.bytesInMemory } }
}
