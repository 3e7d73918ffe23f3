import DataPlane

/// Rows by which a reader sees what an outcome means: the first three of each, by ordinal.
///
/// Read from the artifacts, so of sealed shards only.
public struct Examples {
    public static let most = 3
    static let longestCharacters = 200

    /// Rows of the stage `rejected` of one outcome and code, or of `distilled`.
    public struct Kind {
        /// Rows (candidates).
        public var rows = 0
        public var examples: [JSONValue] = []
    }

    /// Of the rows that were kept.
    public private(set) var kept = Kind()
    /// Outcome to code (empty where there is none) to its rows.
    public private(set) var ended: [String: [String: Kind]] = [:]
    /// Shards of which rows could be read.
    public let shards: Int

    /// - Parameter columns: top-level columns of kept rows that are shown.
    public init(_ stages: SealedStages, columns: [String]) throws(Failure) {
        shards = stages.shards.count
        var kept = Kind(rows: stages.rowCount(of: "distilled"))
        try stages.forFirstBatches(of: "distilled", rows: Self.most) { batch throws(Failure) in
            for row in 0..<batch.rowCount where kept.examples.count < Self.most {
                kept.examples.append(Self.example(batch, row, Self.identity + columns))
            }
        }
        self.kept = kept
        var ended: [String: [String: Kind]] = [:]
        try stages.forEachBatch(of: "rejected") { batch throws(Failure) in
            guard let outcomes = batch.column("outcome"), let codes = batch.column("code") else { return }
            for row in 0..<batch.rowCount {
                let code = codes.optionalString(row) ?? ""
                Self.add(batch, row, to: &ended[outcomes.string(row), default: [:]][code, default: Kind()])
            }
        }
        self.ended = ended
    }

    private static let identity = ["row_id", "ordinal", "candidate", "input_id", "sample_id"]
    private static let reason = ["node", "plugin", "plugin_version", "detail", "evidence", "duplicate_of"]

    private static func add(_ batch: RecordBatch, _ row: Int, to kind: inout Kind) {
        kind.rows += 1
        if kind.examples.count < most { kind.examples.append(example(batch, row, identity + reason)) }
    }

    /// Some columns of a row, cut, without those that are null.
    private static func example(_ batch: RecordBatch, _ row: Int, _ names: [String]) -> JSONValue {
        .object(
            names.compactMap { name in
                guard let column = batch.column(name), !column.isNull(row) else { return nil }
                let value = column.json(row)
                switch value {
                case .string(let text): return (name, .string(text.cut(to: longestCharacters)))
                case .array, .object: return (name, .string(value.compact.cut(to: longestCharacters)))
                case .null, .bool, .int, .double: return (name, value)
                }
            })
    }

    var json: JSONValue {
        .object(
            [("kept", kept.json)]
                + ended.sorted { $0.key < $1.key }.map { outcome, codes in
                    // Of the outcomes only `rejected` has codes.
                    (outcome, codes[""].map(\.json) ?? .sorted(codes.mapValues(\.json)))
                })
    }
}

extension Examples.Kind {
    var json: JSONValue { ["rows": .int(Int64(rows)), "examples": .array(examples)] }
}
