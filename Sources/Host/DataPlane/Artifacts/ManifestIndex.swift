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
                    let manifest = stage["manifest"]?.string, let sha256 = stage["sha256"]?.string
                else { throw Self.failure(path) }
                entries.append(Entry(stage: name, count: Int(count), path: manifest, sha256: sha256))
            }
            shards[Int(number)] = entries
        }
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
                            ])
                        })
                ),
            ])
        }
        return .object([("format", .string(Self.format)), ("shards", .array(shards))])
    }
}
