/// `manifests/index.json`: which shards are sealed, and the hash of each of their manifests.
///
/// It is replaced as a whole after the manifests of a shard are on disk: a shard is sealed exactly when it stands
/// here.
struct ManifestIndex: Equatable {
    static let format = "fastdistill.manifest-index/1"

    struct Entry: Equatable {
        var stage: String
        var count: Int
        var path: String
        var sha256: String
        /// Of the artifact file; what stands in the manifest too, so that a start need not read them all.
        var fileBytes: Int
    }

    /// The manifests of each sealed shard, stages in the order of the graph.
    var shards: [Int: [Entry]] = [:]

    init() {}

    /// Reads the index of a run folder; an empty one when there is none yet.
    ///
    /// - Throws: ``Failure`` of code `manifest_index` for a file that is no index.
    init(runDirectory: String) throws(Failure) {
        let path = runDirectory + "/" + ArtifactPath.index
        guard PathKind(path) != nil else { return }
        let bytes = try readFile(path)
        let parsed = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
        }
        guard case .success(let json) = parsed else { throw Self.failure(path) }
        try read(json, path: path)
    }

    private mutating func read(_ json: JSONValue, path: String) throws(Failure) {
        guard json["format"]?.string == Self.format, let listed = json["shards"]?.array else {
            throw Self.failure(path)
        }
        for shard in listed {
            guard let number = shard["shard"]?.int, let stages = shard["stages"]?.array else {
                throw Self.failure(path)
            }
            var entries: [Entry] = []
            for stage in stages {
                guard let name = stage["stage"]?.string, let count = stage["count"]?.int,
                    let manifest = stage["manifest"]?.string, let sha256 = stage["sha256"]?.string,
                    let fileBytes = stage["file_bytes"]?.int
                else { throw Self.failure(path) }
                entries.append(
                    Entry(
                        stage: name, count: Int(count), path: manifest, sha256: sha256, fileBytes: Int(fileBytes)))
            }
            shards[Int(number)] = entries
        }
    }

    /// Makes sure that the files of all sealed shards are there, by their sizes alone.
    ///
    /// - Throws: ``Failure`` of code `verify` for the first one that is not.
    func checkFiles(_ runDirectory: String) throws(Failure) {
        for (shard, entries) in shards.sorted(by: { $0.key < $1.key }) {
            for entry in entries {
                for path in [ArtifactPath.file(entry.stage, shard), ArtifactPath.manifest(entry.stage, shard)] {
                    guard PathKind("\(runDirectory)/\(path)") == .file else {
                        throw Self.lost("\(runDirectory)/\(path)", "is missing", runDirectory)
                    }
                }
                let file = "\(runDirectory)/\(ArtifactPath.file(entry.stage, shard))"
                let bytes = try FileFacts.byteCount(file)
                guard bytes == entry.fileBytes else {
                    throw Self.lost(file, "has \(bytes) bytes instead of \(entry.fileBytes)", runDirectory)
                }
            }
        }
    }

    private static func lost(_ path: String, _ what: String, _ runDirectory: String) -> Failure {
        Failure(
            "verify",
            "'\(path)' \(what), though its shard is sealed: restore it, or delete the folder '\(runDirectory)' and run "
                + "again to compute all shards anew",
            at: Location(file: path))
    }

    private static func failure(_ path: String) -> Failure {
        Failure(
            "manifest_index",
            "'\(path)' is not an index of manifests: delete it and run again to compute all shards anew",
            at: Location(file: path))
    }

    var json: JSONValue {
        let shards = shards.sorted { $0.key < $1.key }.map { number, entries in
            JSONValue.object([
                ("shard", .int(Int64(number))),
                (
                    "stages",
                    .array(
                        entries.map { entry in
                            .object([
                                ("stage", .string(entry.stage)), ("count", .int(Int64(entry.count))),
                                ("manifest", .string(entry.path)), ("sha256", .string(entry.sha256)),
                                ("file_bytes", .int(Int64(entry.fileBytes))),
                            ])
                        })
                ),
            ])
        }
        return .object([("format", .string(Self.format)), ("shards", .array(shards))])
    }
}
