/// The spools of all shards that are not sealed, of which a bounded number is awake.
///
/// Shards whose rows wait for something stay here for as long as the run lasts, so neither descriptors nor memory may
/// grow with their number: the spool that was used longest ago rests when another one is needed.
struct SpoolSet {
    struct Key: Hashable {
        var stage: String
        var shard: Int
    }

    /// Spools with an open file and their rows' places in memory.
    static let awakeLimit = 64

    private let folder: String
    private var spools: [Key: Spool] = [:]
    /// Those that are awake, the one used last at the end.
    private var awake: [Key] = []

    init(folder: String) { self.folder = folder }

    /// Adds rows to a spool, which is created if need be.
    mutating func append(_ batch: RecordBatch, to key: Key) throws(Failure) {
        if let index = awake.lastIndex(of: key) {
            awake.remove(at: index)
        } else if awake.count == Self.awakeLimit {
            try spools[awake.removeFirst()]?.rest()
        }
        awake.append(key)
        if let spool = spools[key] { return try spool.append(batch) }
        let spool = try Spool(path: "\(folder)/\(key.stage)-\(key.shard).rows", schema: batch.schema)
        spools[key] = spool
        try spool.append(batch)
    }

    /// Takes a spool out, for its rows to be read; nil when it never got any.
    mutating func remove(_ key: Key) -> Spool? {
        awake.removeAll { $0 == key }
        return spools.removeValue(forKey: key)
    }

    /// Rows whose places are in memory.
    var rowsInMemory: Int { spools.values.reduce(0) { $0 + $1.rowsInMemory } }
}
