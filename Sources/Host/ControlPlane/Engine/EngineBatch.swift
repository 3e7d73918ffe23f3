import DataPlane

/// Rows on their way through the graph, with the source rows they account for.
///
/// Rows are in the order of (ordinal, candidate), so the rows of one sample lie together. `covered` are the ordinals the
/// batch speaks for: those of its rows, and those whose rows have all ended upstream. Every ordinal that leaves the
/// source reaches the end in the `covered` of exactly one batch, which is how a shard knows that it is complete and how
/// a node with several inputs knows that a sample has come along all its ways.
struct EngineBatch: Sendable {
    var rows: RecordBatch
    var covered: [Int64]
    /// Number of the source batch; in order and without gaps until `identify` has seen it.
    var sequence: Int

    var ordinals: Column { requiredColumn("ordinal") }
    var candidates: Column { requiredColumn("candidate") }

    private func requiredColumn(_ name: String) -> Column {
        guard let column = rows.column(name) else { preconditionFailure("the host column '\(name)' is missing") }
        return column
    }

    /// The row ranges of the samples.
    var samples: [Range<Int>] {
        let ordinals = self.ordinals
        var samples: [Range<Int>] = []
        var start = 0
        for row in 0..<rows.rowCount where row + 1 == rows.rowCount || ordinals.int64(row + 1) != ordinals.int64(row) {
            samples.append(start..<row + 1)
            start = row + 1
        }
        return samples
    }

    /// The ordinals that have rows, ascending.
    var livingOrdinals: [Int64] {
        let ordinals = self.ordinals
        return samples.map { ordinals.int64($0.lowerBound) }
    }

    /// The batch with other rows for the same source rows.
    func with(_ rows: RecordBatch) -> EngineBatch {
        EngineBatch(rows: rows, covered: covered, sequence: sequence)
    }
}

extension RecordBatch {
    /// The rows of all batches, those of the first first.
    ///
    /// - Precondition: at least one batch, all of one schema.
    static func concatenating(_ batches: [RecordBatch]) -> RecordBatch {
        if batches.count == 1 { return batches[0] }
        return RecordBatch(
            schema: batches[0].schema,
            columns: batches[0].columns.indices.map { index in Column.concatenating(batches.map { $0.columns[index] })
            },
            rowCount: batches.reduce(0) { $0 + $1.rowCount })
    }

    /// The batch with another column in the place of the one of that name.
    func replacing(_ name: String, with column: Column) -> RecordBatch {
        guard let index = schema.index(of: name) else { preconditionFailure("no column '\(name)'") }
        var columns = self.columns
        columns[index] = column
        return RecordBatch(schema: schema, columns: columns, rowCount: rowCount)
    }
}
