import DataPlane

extension StepOutput {
    /// Where the answers for some rows differ from those that came for the same rows alone.
    ///
    /// - Parameters:
    ///   - rows: input rows of this output.
    ///   - other: the answers for exactly those rows.
    /// - Returns: the first difference as a clause, nil where there is none.
    func difference(of rows: Range<Int>, from other: StepOutput) -> String? {
        let mine = outcomes(rows)
        let theirs = other.outcomes(0..<rows.count)
        for (index, row) in rows.enumerated() {
            if let found = difference(mine[index], theirs[index], other) { return "row \(row), \(found)" }
        }
        return nil
    }

    func difference(from other: StepOutput, rowCount: Int) -> String? { difference(of: 0..<rowCount, from: other) }

    /// What became of an input row: the rows made of it, and a reason where it was rejected.
    private struct Outcome {
        var made: Range<Int>
        var reject: StepReject?
    }

    private func outcomes(_ rows: Range<Int>) -> [Outcome] {
        var next = parents.firstIndex { $0 >= rows.lowerBound } ?? parents.count
        var nextReject = rejects.firstIndex { $0.parent >= rows.lowerBound } ?? rejects.count
        return rows.map { row in
            let start = next
            while next < parents.count, parents[next] == row { next += 1 }
            var reject: StepReject?
            if nextReject < rejects.count, rejects[nextReject].parent == row {
                reject = rejects[nextReject]
                nextReject += 1
            }
            return Outcome(made: start..<next, reject: reject)
        }
    }

    private func difference(_ mine: Outcome, _ theirs: Outcome, _ other: StepOutput) -> String? {
        if mine.reject?.code != theirs.reject?.code {
            let words = { (reject: StepReject?) in reject.map { "rejected as '\($0.code)'" } ?? "answered" }
            return "\(words(mine.reject)) and \(words(theirs.reject))"
        }
        if mine.reject?.detail != theirs.reject?.detail { return "the details of the reject differ" }
        if mine.made.count != theirs.made.count { return "\(mine.made.count) rows and \(theirs.made.count)" }
        for (a, b) in zip(mine.made, theirs.made) {
            for (index, field) in added.schema.fields.enumerated() {
                let (left, right) = (added.columns[index], other.added.columns[index])
                if !left.isSame(a, right, b) {
                    return "column '\(field.name)': \(left.shown(a)) and \(right.shown(b))"
                }
            }
        }
        return nil
    }
}

extension Column {
    /// Whether two rows hold the same, bit for bit.
    func isSame(_ row: Int, _ other: Column, _ otherRow: Int) -> Bool {
        if isNull(row) || other.isNull(otherRow) { return isNull(row) && other.isNull(otherRow) }
        switch type {
        case .bool: return bool(row) == other.bool(otherRow)
        case .int64: return int64(row) == other.int64(otherRow)
        case .float64: return float64(row).bitPattern == other.float64(otherRow).bitPattern
        case .utf8, .binary: return bytes(row).elementsEqual(other.bytes(otherRow))
        case .list:
            let (mine, theirs) = (range(row), other.range(otherRow))
            return mine.count == theirs.count
                && zip(mine, theirs).allSatisfy { children[0].isSame($0, other.children[0], $1) }
        case .structure: return zip(children, other.children).allSatisfy { $0.isSame(row, $1, otherRow) }
        }
    }

    /// A row as JSON, cut short. The rows are the kit's own or the plugin's examples, so they may be shown.
    fileprivate func shown(_ row: Int) -> String {
        let text = json(row).compact
        return text.utf8.count <= 60 ? text : String(text.prefix(50)) + "…"
    }
}

/// Demands that two outputs are the same.
func expectSame(
    _ plain: StepOutput, _ other: StepOutput, rowCount: Int, _ how: String
) throws(Finding) {
    if let found = plain.difference(from: other, rowCount: rowCount) {
        throw .fault("\(how) the answers differ: \(found)")
    }
}
