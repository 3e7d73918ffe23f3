import DataPlane

/// Finds the source rows that are meant by an id.
///
/// Every row of a sealed shard has ended, so it stands in `rejected` or in `distilled`.
struct RowFinder {
    /// A source row.
    struct Place: Hashable {
        var ordinal: Int64
        var shard: Int
        var rowID: String
        var inputID: String?
    }

    static let leastDigits = 8
    /// Source rows of one `row_id` that are told.
    static let mostRows = 5
    private static let mostIDs = 5
    private static let mostSuggestions = 10_000

    private let run: RunFiles
    private let id: String
    /// Whether the id can be the beginning of an input_id or sample_id.
    private let isPrefix: Bool
    private var byRowID: [Place] = []
    private var byOtherID: [Place] = []
    private var ids: Set<String> = []

    init(_ run: RunFiles, id: String) {
        self.run = run
        self.id = id
        let digits = id.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        isPrefix = digits && (Self.leastDigits...64).contains(id.utf8.count)
    }

    /// - Returns: the source rows, by ordinal; of those with one input only the one that is no duplicate.
    /// - Throws: ``Failure`` of code `usage` when there is none, or the beginning of an id is that of several.
    mutating func find() throws(Failure) -> [Place] {
        let stages = run.stages
        for stage in ["distilled", "rejected"] {
            for shard in stages.shards {
                try stages.forEachBatch(of: stage, shard: shard) { batch throws(Failure) in look(at: batch, shard) }
            }
        }
        if !byRowID.isEmpty { return byRowID.sorted { $0.ordinal < $1.ordinal } }
        if ids.count > 1 {
            let known = ids.sorted()
            throw Failure(
                "usage",
                "'\(id)' is the beginning of several ids: \(known.prefix(Self.mostIDs).joined(separator: ", "))"
                    + "\(known.count > Self.mostIDs ? ", …" : ""); write more of it")
        }
        // The first row that has an input is the original, all later ones are its duplicates.
        guard let first = byOtherID.min(by: { $0.ordinal < $1.ordinal }) else { throw try notFound() }
        return [first]
    }

    private mutating func look(at batch: RecordBatch, _ shard: Int) {
        guard let rowIDs = batch.column("row_id"), let ordinals = batch.column("ordinal") else { return }
        let (inputs, samples) = (batch.column("input_id"), batch.column("sample_id"))
        for row in 0..<batch.rowCount {
            func place() -> Place {
                Place(
                    ordinal: ordinals.int64(row), shard: shard, rowID: rowIDs.string(row),
                    inputID: inputs?.optionalString(row))
            }
            if rowIDs.bytes(row).elementsEqual(id.utf8) {
                let found = place()
                if !byRowID.contains(found), byRowID.count <= Self.mostRows { byRowID.append(found) }
            }
            guard isPrefix else { continue }
            for column in [inputs, samples] {
                guard let column, !column.isNull(row), column.bytes(row).starts(with: id.utf8) else { continue }
                if ids.count <= Self.mostIDs { ids.insert(column.string(row)) }
                let found = place()
                if byOtherID.count < 2 { byOtherID.append(found) }
                if let last = byOtherID.indices.last, found.ordinal < byOtherID[last].ordinal {
                    byOtherID[last] = found
                }
            }
        }
    }

    private func notFound() throws(Failure) -> Failure {
        var message = "no row of '\(run.path)' has the row_id, input_id or sample_id '\(id.cut(to: 80))'"
        var names: [String] = []
        for stage in ["distilled", "rejected"] {
            try run.stages.forEachBatch(of: stage) { batch throws(Failure) in
                guard let rowIDs = batch.column("row_id") else { return }
                for row in 0..<batch.rowCount where names.count < Self.mostSuggestions {
                    names.append(rowIDs.string(row))
                }
            }
        }
        if let nearest = ConfigReader.nearest(to: id, among: names) {
            message += "; did you mean '\(nearest)'?"
        } else if !isPrefix, id.utf8.count < Self.leastDigits {
            message += "; of an input_id or sample_id at least \(Self.leastDigits) digits are needed"
        }
        switch run.unsealedRows {
        case nil: message += "; the run has not come to an end, and only sealed shards can be looked through"
        case 0?: break
        case let rows?:
            message += "; \(rows) of its rows are not sealed yet: run the graph again to go on with them"
        }
        return Failure("usage", message)
    }
}
