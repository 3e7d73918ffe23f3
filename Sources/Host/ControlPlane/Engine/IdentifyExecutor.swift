import DataPlane
import Glibc

/// Gives samples their ids and ends duplicates, in the order of the source.
///
/// Batches may arrive in any order, since the steps before run in parallel; the first ordinal wins only if they are
/// taken in the order of the source, so early ones wait.
final class IdentifyExecutor: NodeExecutor {
    private let context: NodeContext
    private let plan: IdentifyPlan
    private let decodeProfile: String
    private let duplicates: DuplicateIndex
    /// Whether an earlier start has sealed the shard of an ordinal: its rows end here, silently.
    private let isSealed: (Int64) -> Bool
    private var waiting: [Int: EngineBatch] = [:]
    private var next = 0

    init(
        _ context: NodeContext, _ plan: IdentifyPlan, decodeProfile: String, duplicates: DuplicateIndex,
        isSealed: @escaping (Int64) -> Bool
    ) {
        self.context = context
        self.plan = plan
        self.decodeProfile = decodeProfile
        self.duplicates = duplicates
        self.isSealed = isSealed
    }

    var inFlight: Int { waiting.count }

    func start(_ batch: EngineBatch) throws(Failure) {
        waiting[batch.sequence] = batch
        while let batch = waiting.removeValue(forKey: next) {
            next += 1
            try identify(batch)
        }
    }

    private func identify(_ batch: EngineBatch) throws(Failure) {
        let start = monotonicNanoseconds()
        defer { context.worked(monotonicNanoseconds() - start) }
        let rows = batch.rows
        let ordinals = batch.ordinals
        guard let taskIDs = rows.column("task_id") else { preconditionFailure("the host column 'task_id' is missing") }
        let input = ColumnView(plan.canonicalInput, in: rows)
        let schemas = plan.contextSchemas.map { ColumnView($0, in: rows) }
        let ids = [ColumnBuilder(.utf8), ColumnBuilder(.utf8), ColumnBuilder(.utf8)]
        var inputIDs: [Digest] = []
        let noSchema = UnsafeRawBufferPointer(start: nil, count: 0)
        var schemaHashes = SchemaHashes()
        for row in 0..<rows.rowCount {
            let task = taskIDs.bytes(row)
            let canonical = input.leaf.bytes(row)
            let schema = schemas.first { !$0.isNull(row) }
            let schemaHash = schemaHashes.hash(of: schema?.leaf.bytes(row) ?? noSchema)
            let inputID = Identity.inputID(taskID: task, schemaHash: schemaHash, canonicalInput: canonical)
            ids[0].append(schemaHash)
            ids[1].append(inputID)
            ids[2].append(
                Identity.sampleID(
                    taskID: task, schemaHash: schemaHash, canonicalInput: canonical, decodeProfile: decodeProfile))
            inputIDs.append(inputID)
        }
        let firsts = try duplicates.claim(inputIDs, ordinals: (0..<rows.rowCount).map { ordinals.int64($0) })
        let columns = ids.map { $0.finish() }
        var identified = rows
        for (field, column) in zip(HostColumns.identity, columns) { identified = identified.appending(field, column) }
        identified = identified.orderedAs(context.plan.output)

        var kept: [Int] = []
        var drops: [Drop] = []
        for row in 0..<rows.rowCount where !isSealed(ordinals.int64(row)) {
            if firsts[row] == ordinals.int64(row) {
                kept.append(row)
            } else {
                drops.append(Drop(row: row, outcome: .duplicate, duplicateOf: columns[1].string(row)))
            }
        }
        var before = batch
        before.covered = batch.covered.filter { !isSealed($0) }
        before.rows = identified
        context.finish(before, before.with(identified.taking(kept)), drops)
    }
}

/// Hashes context schemas one after the other; neighbours are often the same.
private struct SchemaHashes {
    private var last = UnsafeRawBufferPointer(start: nil, count: 0)
    private var lastHash = Identity.schemaHash(of: "")

    /// - Parameter schema: stays where it is until the next call.
    mutating func hash(of schema: UnsafeRawBufferPointer) -> Digest {
        if !schema.hasSameBytes(as: last) { lastHash = Identity.schemaHash(of: schema) }
        last = schema
        return lastHash
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, count) == 0
    }
}

extension RecordBatch {
    /// The same columns in the order of a schema.
    func orderedAs(_ schema: Schema) -> RecordBatch { selecting(schema.fields.map(\.name)) }
}
