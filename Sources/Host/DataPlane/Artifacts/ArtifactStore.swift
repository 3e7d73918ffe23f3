import Glibc
import Synchronization

/// Takes the rows of all stages in any order, and writes them shard by shard in theirs.
///
/// ```swift
/// let store = try ArtifactStore(runDirectory: "runs/demo-1", stages: [("raw", schema)])
/// try store.append(stage: "raw", shard: 0, batch: batch)     // any order, any number of times
/// try store.seal(shard: 0)                                   // artifacts/raw/shard-00000.parquet and its manifest
/// ```
///
/// Files grow as rows come to be the next of them; the others wait in `spool/`. Memory holds a row group of each stage
/// and, of the spools that were used last, where each row lies (``OpenShards``). A shard is sealed when it stands in
/// `manifests/index.json`, which is the last that is written; what was not sealed is forgotten at the next start. Calls
/// from several threads take turns.
public final class ArtifactStore: Sendable {
    private struct State {
        var index: ManifestIndex
        var open: OpenShards
    }

    private let runDirectory: String
    private let stages: [(name: String, schema: Schema)]
    private let state: Mutex<State>

    /// Opens or creates the folders of a run, and empties its spool.
    ///
    /// - Parameter stages: every stage there will be, in the order of the graph. Each has the columns `ordinal: int64`
    ///   and `row_id: utf8` or `sample_id: utf8`, and may have `candidate: int64`.
    /// - Throws: ``Failure`` when the folder cannot be written, the index cannot be read, or (of code `verify`) a file of
    ///   a sealed shard is missing or of another size.
    public init(runDirectory: String, stages: [(name: String, schema: Schema)]) throws(Failure) {
        for stage in stages {
            precondition(stage.schema.fields.contains { $0.name == "ordinal" && $0.type == .int64 && !$0.nullable })
        }
        self.runDirectory = runDirectory
        self.stages = stages
        let index = try ManifestIndex(runDirectory: runDirectory)
        // Before anything is changed: who has lost a file may want to look for it.
        try index.checkFiles(runDirectory)
        let spool = "\(runDirectory)/\(ArtifactPath.spool)"
        try createFolder(spool)
        for name in try fileNames(in: spool) { unlink("\(spool)/\(name)") }
        for stage in stages {
            let sealed = index.shards.keys.flatMap { shard in
                [ArtifactPath.file(stage.name, shard), ArtifactPath.manifest(stage.name, shard)]
            }
            for folder in ["artifacts/\(stage.name)", "manifests/\(stage.name)"] {
                try createFolder("\(runDirectory)/\(folder)")
                for name in try fileNames(in: "\(runDirectory)/\(folder)") {
                    let file = "\(folder)/\(name)"
                    // Written by a start that ended before it could list them; they are computed again.
                    if name.hasPrefix("shard-"), !sealed.contains(file) { unlink("\(runDirectory)/\(file)") }
                }
            }
        }
        // A run that has sealed nothing yet has an index too, so that one that is missing is always a mismatch.
        let indexPath = "\(runDirectory)/\(ArtifactPath.index)"
        if PathKind(indexPath) == nil { try replaceFile(indexPath, with: index.json.pretty) }
        state = Mutex(State(index: index, open: OpenShards(runDirectory: runDirectory)))
    }

    /// The shards that need nothing more, from earlier starts or this one.
    public var sealedShards: Set<Int> { state.withLock { Set($0.index.shards.keys) } }

    /// Adds rows to a shard that is not sealed.
    ///
    /// - Parameter settled: says that with these rows all rows of the shard before this ordinal are there, of every stage, so
    ///   that they can be written. Without it they wait for ``seal(shard:)``.
    /// - Throws: ``Failure`` when the disk does not take them.
    public func append(stage: String, shard: Int, batch: RecordBatch, settled: Int64 = .min) throws(Failure) {
        guard let schema = stages.first(where: { $0.name == stage })?.schema, batch.schema == schema else {
            preconditionFailure("the stage '\(stage)' is not one of these columns: \(batch.schema.fields)")
        }
        try withState { state throws(Failure) in
            precondition(state.index.shards[shard] == nil, "shard \(shard) is sealed")
            try state.open.append(batch, to: stage, shard, settled: settled)
        }
    }

    /// Forgets the rows of a shard that will not be sealed by this store.
    public func abandon(shard: Int) {
        state.withLock { state in
            for stage in stages { _ = state.open.remove(stage.name, shard) }
        }
    }

    /// Completes a shard: the files of all stages, then their manifests, then the index.
    ///
    /// Stages without rows get a file without rows, so every stage has every shard.
    public func seal(shard: Int) throws(Failure) {
        try withState { state throws(Failure) in
            precondition(state.index.shards[shard] == nil, "shard \(shard) is sealed")
            var manifests: [Manifest] = []
            for stage in stages {
                let file =
                    state.open.remove(stage.name, shard)
                    ?? ShardFile(stage: stage.name, shard: shard, schema: stage.schema, runDirectory: runDirectory)
                manifests.append(try file.finish())
            }
            var entries: [ManifestIndex.Entry] = []
            for manifest in manifests {
                let path = ArtifactPath.manifest(manifest.stage, shard)
                let text = manifest.json.pretty
                try replaceFile("\(runDirectory)/\(path)", with: text)
                entries.append(
                    ManifestIndex.Entry(
                        stage: manifest.stage, count: manifest.count, path: path, sha256: sha256Hex(of: text),
                        fileBytes: manifest.fileBytes))
            }
            state.index.shards[shard] = entries
            try replaceFile("\(runDirectory)/\(ArtifactPath.index)", with: state.index.json.pretty)
        }
    }

    private func withState(_ body: (inout State) throws(Failure) -> Void) throws(Failure) {
        try state.withLock { state throws(Failure) in try body(&state) }
    }
}
