/// One artifact file of a sealed shard.
public struct SealedFile: Sendable, Equatable {
    public var shard: Int
    /// Relative to the run folder.
    public var path: String
    public var rowCount: Int

    /// The files of a stage in the order of their shards; shards that are not sealed do not count.
    ///
    /// - Throws: ``Failure`` of code `manifest_index` when the index of the run is damaged, of code `verify` when a file of
    ///   it is missing or has another size.
    public static func list(runDirectory: String, stage: String) throws(Failure) -> [SealedFile] {
        let index = try ManifestIndex(runDirectory: runDirectory)
        try index.checkFiles(runDirectory)
        return index.shards.sorted { $0.key < $1.key }.flatMap { shard, entries in
            entries.filter { $0.stage == stage }.map { entry in
                SealedFile(shard: shard, path: ArtifactPath.file(stage, shard), rowCount: entry.count)
            }
        }
    }
}
