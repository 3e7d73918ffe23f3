extension Batch {
    /// Runs the body for each sample: neighbouring rows with one ordinal.
    func forEachSample(_ body: (inout Sample) throws -> Void) throws(StepError) {
        guard let ordinals = column(Declaration.ordinalSlot) else {
            throw StepError(.internal, "A grouped step was run without its column `ordinal`.")
        }
        var start = 0
        while start < numberOfRows {
            let ordinal = ordinals.int64(start)
            var end = start + 1
            while end < numberOfRows, ordinals.int64(end) == ordinal { end += 1 }
            try run(start..<end, ordinal: ordinal, body)
            start = end
        }
    }

    private func run(
        _ rows: Range<Int>, ordinal: Int64, _ body: (inout Sample) throws -> Void
    ) throws(StepError) {
        try begin(row: rows.lowerBound)
        var sample = Sample(batch: self, rows: rows, ordinal: ordinal)
        do {
            try body(&sample)
            if !sample.hasSetRows { try setRows(rows) { _, _ in } }
        } catch {
            try sortOut(error, rejecting: rows)
        }
    }

    /// Sets the outputs of a sample's rows, from its first row on.
    func setRows(_ rows: Range<Int>, _ body: (inout Row, Int) throws -> Void) throws(StepError) {
        takeBackResults(from: rows.lowerBound)
        for index in rows {
            try begin(row: index)
            var row = Row(batch: self, position: index)
            do {
                try body(&row, index - rows.lowerBound)
                try endOutputRow()
            } catch {
                try sortOut(error, rejecting: index..<index + 1)
            }
        }
    }
}
