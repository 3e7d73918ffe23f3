import DataPlane

/// Joins the ways that lead to a node with several inputs.
///
/// A sample is passed on when every way has accounted for it, with the rows of the first way first; candidates that
/// meet are numbered on. Memory is bounded by the rows in flight, which the engine bounds.
final class SampleMerge {
    private struct Arrival {
        /// For each input: its rows, or nil where the way has brought none.
        var rows: [RecordBatch?]
        var covering: Int
    }

    private let inputs: Int
    private let names: [String]
    private var arrivals: [Int64: Arrival] = [:]

    /// - Parameter schema: the common columns, in the order they leave.
    init(inputs: Int, schema: Schema) {
        self.inputs = inputs
        names = schema.fields.map(\.name)
    }

    var waiting: Int { arrivals.count }

    /// Takes what one way brings and gives the samples that are complete with it, as one batch; nil for none.
    func add(_ batch: EngineBatch, input: Int, schema: Schema) -> EngineBatch? {
        let rows = batch.rows.selecting(names)
        let ordinals = batch.ordinals
        for sample in batch.samples {
            arrivals[ordinals.int64(sample.lowerBound), default: empty].rows[input] = rows.taking(Array(sample))
        }
        var complete: [Int64] = []
        for ordinal in batch.covered {
            arrivals[ordinal, default: empty].covering += 1
            if arrivals[ordinal]?.covering == inputs { complete.append(ordinal) }
        }
        guard !complete.isEmpty else { return nil }
        let merged = complete.sorted().compactMap { ordinal in
            arrivals.removeValue(forKey: ordinal).flatMap { Self.merged($0.rows.compactMap { $0 }) }
        }
        return EngineBatch(
            rows: merged.isEmpty ? .empty(schema) : .concatenating(merged), covered: complete, sequence: batch.sequence)
    }

    private var empty: Arrival { Arrival(rows: Array(repeating: nil, count: inputs), covering: 0) }

    private static func merged(_ ways: [RecordBatch]) -> RecordBatch? {
        guard ways.count > 1 else { return ways.first }
        let rows = RecordBatch.concatenating(ways)
        guard let old = rows.column("candidate") else { return rows }
        let numbers = ColumnBuilder(.int64)
        var next: Int64 = 0
        var row = 0
        for way in ways {
            let base = next
            for _ in 0..<way.rowCount {
                let number = base + old.int64(row)
                numbers.append(number)
                next = max(next, number + 1)
                row += 1
            }
        }
        return rows.replacing("candidate", with: numbers.finish())
    }
}
