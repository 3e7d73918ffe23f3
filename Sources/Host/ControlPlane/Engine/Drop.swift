import DataPlane

/// The end of one row before the end of the graph.
struct Drop {
    var row: Int
    /// The candidate that ended, where it is one of several that the row would have become.
    var candidate: Int64?
    var outcome: Outcome
    /// For `rejected`.
    var code: String?
    var detail: String?
    /// The columns that a `reject` names, as a JSON object.
    var evidence: String?
    /// For `duplicate`: the input_id that an earlier source row has too.
    var duplicateOf: String?
}

/// The stage `rejected`: every row that did not reach the end, with the reason.
enum DropStage {
    static let schema = Schema([
        Field("task_id", .utf8), Field("row_id", .utf8), Field("ordinal", .int64), Field("candidate", .int64),
        Field("input_id", .utf8, nullable: true), Field("sample_id", .utf8, nullable: true),
        Field("outcome", .utf8), Field("node", .utf8), Field("code", .utf8, nullable: true),
        Field("detail", .utf8, nullable: true), Field("evidence", .utf8, nullable: true),
        Field("duplicate_of", .utf8, nullable: true), Field("plugin", .utf8, nullable: true),
        Field("plugin_version", .utf8, nullable: true),
    ])

    /// The rows of the stage for drops at one node. Drops without a final outcome (`deferred`) are left out.
    static func batch(_ drops: [Drop], of rows: RecordBatch, node: String, plugin: ResolvedPlugin?) -> RecordBatch {
        let drops = drops.filter { $0.outcome != .deferred }
        let taken = drops.map(\.row)
        var columns = ["task_id", "row_id", "ordinal"].map { column($0, of: rows, taking: taken) }
        columns.append(candidates(drops, of: rows))
        columns += ["input_id", "sample_id"].map { column($0, of: rows, taking: taken) }
        columns.append(texts(drops.map(\.outcome.name)))
        columns.append(.constant(node, length: drops.count))
        columns += [
            texts(drops.map(\.code)), texts(drops.map(\.detail)), texts(drops.map(\.evidence)),
            texts(drops.map(\.duplicateOf)),
            texts(drops.map { _ in plugin?.spec.id }), texts(drops.map { _ in plugin?.spec.version.description }),
        ]
        return RecordBatch(schema: schema, columns: columns, rowCount: drops.count)
    }

    /// The rows of the stage for source rows that could not be read.
    static func batch(_ quarantined: [QuarantinedRow], taskID: String) -> RecordBatch {
        let count = quarantined.count
        let ordinals = ColumnBuilder(.int64)
        let candidates = ColumnBuilder(.int64)
        for row in quarantined {
            ordinals.append(row.ordinal)
            candidates.append(Int64(0))
        }
        let nulls = Column.nulls(.utf8, length: count)
        return RecordBatch(
            schema: schema,
            columns: [
                .constant(taskID, length: count), texts(quarantined.map(\.rowID)), ordinals.finish(),
                candidates.finish(),
                nulls, nulls, .constant(Outcome.rejected.name, length: count), .constant("source", length: count),
                texts(quarantined.map(\.code)), texts(quarantined.map(\.detail)), nulls, nulls, nulls, nulls,
            ], rowCount: count)
    }

    private static func column(_ name: String, of rows: RecordBatch, taking taken: [Int]) -> Column {
        rows.column(name)?.taking(taken) ?? .nulls(.utf8, length: taken.count)
    }

    private static func candidates(_ drops: [Drop], of rows: RecordBatch) -> Column {
        let column = rows.column("candidate")
        let builder = ColumnBuilder(.int64)
        for drop in drops { builder.append(drop.candidate ?? column?.int64(drop.row) ?? 0) }
        return builder.finish()
    }

    private static func texts(_ values: [String?]) -> Column {
        let builder = ColumnBuilder(.utf8)
        for value in values {
            if let value { builder.append(value) } else { builder.appendNull() }
        }
        return builder.finish()
    }
}

/// The stage `hard_samples`: doubtful rows with their source columns, so that a graph can read them again.
///
/// A graph that reads them has `hard` among its source columns; what is doubtful again has the later reason.
enum HardStage {
    static func schema(source: [Field]) -> Schema {
        Schema(others(source) + [Field("hard", .structure(reason))])
    }

    private static func others(_ source: [Field]) -> [Field] {
        source.filter { $0.name != "hard" }
    }

    private static let reason = [Field("node", .utf8), Field("code", .utf8), Field("evidence", .utf8, nullable: true)]

    static func batch(_ drops: [Drop], of rows: RecordBatch, source: [Field], node: String) -> RecordBatch {
        let builder = ColumnBuilder(.structure(reason))
        for drop in drops {
            builder.children[0].append(node)
            builder.children[1].append(drop.code ?? "")
            if let evidence = drop.evidence {
                builder.children[2].append(evidence)
            } else {
                builder.children[2].appendNull()
            }
            builder.appendValid()
        }
        let kept = rows.selecting(others(source).map(\.name)).taking(drops.map(\.row))
        return kept.appending(Field("hard", .structure(reason)), builder.finish())
    }
}
