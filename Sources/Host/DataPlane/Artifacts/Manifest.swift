/// What is in one artifact file: enough to find out whether it still is (Docs/specs/artifacts.md).
public struct Manifest: Sendable, Equatable {
    public static let format = "fastdistill.manifest/1"

    public var stage: String
    public var shard: Int
    public var count: Int
    /// The smallest and largest ordinal; nil without rows.
    public var ordinals: ClosedRange<Int64>?
    /// `sample_id`, or `row_id` where no row has a sample id.
    public var idColumn: String
    /// The smallest and largest id by their bytes; nil without rows.
    public var ids: ClosedRange<String>?
    /// The columns as ``Field/description`` writes them.
    public var schema: [String]
    /// Relative to the run folder.
    public var path: String
    public var fileBytes: Int
    public var fileSHA256: String
    /// 32 hexadecimal digits for each leaf column, in schema order.
    public var fieldHashes: [FieldHash]

    public struct FieldHash: Sendable, Equatable {
        public var field: String
        public var hash: String
    }

    /// The SHA-256 of the canonical JSON of `schema`.
    public var schemaHash: String { Self.schemaHash(schema) }

    static func schemaHash(_ schema: [String]) -> String {
        sha256Hex(of: JSONValue.array(schema.map { .string($0) }).canonical)
    }

    /// What the hasher has summed up, for a file that was just written or read.
    init(
        stage: String, shard: Int, schema: Schema, path: String, fileBytes: Int, fileSHA256: String,
        rows: borrowing FieldHasher
    ) {
        self.stage = stage
        self.shard = shard
        count = rows.count
        ordinals = rows.ordinals
        idColumn = rows.sampleIDs == nil ? "row_id" : "sample_id"
        ids = rows.sampleIDs ?? rows.rowIDs
        self.schema = schema.fields.map(\.description)
        self.path = path
        self.fileBytes = fileBytes
        self.fileSHA256 = fileSHA256
        fieldHashes = rows.fieldHashes.map { FieldHash(field: $0.field, hash: $0.hash) }
    }
}

extension Manifest {
    public var json: JSONValue {
        .object([
            ("format", .string(Self.format)), ("stage", .string(stage)), ("shard", .int(Int64(shard))),
            ("first_ordinal", ordinals.map { .int($0.lowerBound) } ?? .null),
            ("last_ordinal", ordinals.map { .int($0.upperBound) } ?? .null), ("count", .int(Int64(count))),
            ("min_\(idColumn)", ids.map { .string($0.lowerBound) } ?? .null),
            ("max_\(idColumn)", ids.map { .string($0.upperBound) } ?? .null),
            ("schema", .array(schema.map { .string($0) })), ("schema_hash", .string(schemaHash)),
            (
                "file",
                .object([
                    ("path", .string(path)), ("bytes", .int(Int64(fileBytes))), ("sha256", .string(fileSHA256)),
                ])
            ),
            ("field_hash", .object(fieldHashes.map { ($0.field, .string($0.hash)) })),
        ])
    }
}

/// Where the files of a shard lie in a run folder.
enum ArtifactPath {
    static let index = "manifests/index.json"
    /// Where rows wait.
    static let spool = "spool"
    /// Behind the name of a file that is being written.
    static let temporarySuffix = ".tmp"

    static func file(_ stage: String, _ shard: Int) -> String { "artifacts/\(stage)/\(name(shard)).parquet" }

    static func manifest(_ stage: String, _ shard: Int) -> String { "manifests/\(stage)/\(name(shard)).json" }

    /// `shard-00042`
    private static func name(_ shard: Int) -> String {
        let digits = String(shard)
        return "shard-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
