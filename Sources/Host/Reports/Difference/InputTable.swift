import DataPlane

/// How each input ended in each of two runs, on disk.
struct InputTable {
    /// An input in one run.
    struct Entry {
        var outcome: Outcome
        var code: String?
        var rowID: String
        var ordinal: Int64
        /// The rows that were kept, by candidate.
        var rows: [Row]
    }

    /// A row that was kept.
    struct Row {
        var candidate: Int64
        /// Of the columns that are compared.
        var hashes: ArraySlice<UInt64>
    }

    private let scratch: ScratchDatabase

    init(folder: String) throws(Failure) {
        scratch = try ScratchDatabase(folder: folder)
        try scratch.execute(
            "CREATE TABLE inputs (input TEXT, side INTEGER, rank INTEGER, outcome INTEGER, code TEXT, row_id TEXT, "
                + "ordinal INTEGER, width INTEGER, hashes BLOB, PRIMARY KEY (input, side)) WITHOUT ROWID")
    }

    /// Reads the rows of a run.
    func load(_ run: RunFiles, side: Int, _ leaves: [Leaves.Leaf]) throws(Failure) -> RunDifference.Side {
        try scratch.execute("BEGIN")
        try loadKept(run, side, leaves)
        var found = try loadEnded(run, side)
        try scratch.execute("COMMIT")
        let count = try scratch.prepare("SELECT count(*) FROM inputs WHERE side = \(side)")
        if try count.step() { found.inputs = Int(count.integer(0)) }
        return found
    }

    private func loadKept(_ run: RunFiles, _ side: Int, _ compared: [Leaves.Leaf]) throws(Failure) {
        let insertion = try scratch.prepare(
            "INSERT INTO inputs VALUES (?1, \(side), 0, \(Outcome.kept.rawValue), NULL, ?2, ?3, ?4, ?5) "
                + "ON CONFLICT DO UPDATE SET hashes = CAST(hashes || excluded.hashes AS BLOB)")
        var positions: [Int]?
        try run.stages.forEachBatch(of: "distilled") { batch throws(Failure) in
            guard let inputs = batch.column("input_id"), let rowIDs = batch.column("row_id"),
                let ordinals = batch.column("ordinal"), let candidates = batch.column("candidate")
            else { return }
            let leaves = Leaves(batch.schema)
            let taken = positions ?? compared.compactMap { leaves.all.firstIndex(of: $0) }
            positions = taken
            for row in 0..<batch.rowCount where !inputs.isNull(row) {
                let hashes = leaves.hashes(of: batch, row)
                insertion.bind(1, inputs.string(row))
                insertion.bind(2, rowIDs.string(row))
                insertion.bind(3, ordinals.int64(row))
                let words = [UInt64(bitPattern: candidates.int64(row))] + taken.map { hashes[$0] }
                insertion.bind(4, Int64(words.count))
                insertion.bind(5, words.withUnsafeBytes { Array($0) })
                try insertion.run()
            }
        }
    }

    /// Of several ends of an input that counts which the books count.
    private func loadEnded(_ run: RunFiles, _ side: Int) throws(Failure) -> RunDifference.Side {
        var found = RunDifference.Side(path: run.path)
        let insertion = try scratch.prepare(
            "INSERT INTO inputs VALUES (?1, \(side), ?2, ?3, ?4, ?5, ?6, 0, NULL) ON CONFLICT DO UPDATE SET "
                + "rank = excluded.rank, outcome = excluded.outcome, code = excluded.code "
                + "WHERE excluded.rank < rank")
        let nodes = Dictionary(run.nodes.enumerated().map { ($0.element, Int64($0.offset)) }) { first, _ in first }
        var lastWithout: Int64 = -1
        try run.stages.forEachBatch(of: "rejected") { batch throws(Failure) in
            guard let inputs = batch.column("input_id"), let rowIDs = batch.column("row_id"),
                let ordinals = batch.column("ordinal"), let candidates = batch.column("candidate"),
                let outcomes = batch.column("outcome"), let codes = batch.column("code"),
                let places = batch.column("node")
            else { return }
            for row in 0..<batch.rowCount {
                guard let outcome = Outcome.allCases.first(where: { $0.name == outcomes.string(row) }) else { continue }
                if outcome == .duplicate {
                    found.duplicates += 1
                    continue
                }
                if inputs.isNull(row) {
                    if ordinals.int64(row) != lastWithout { found.withoutInput += 1 }
                    lastWithout = ordinals.int64(row)
                    continue
                }
                // By outcome, then the latest node, then the lowest candidate (Docs/specs/graph.md, Outcomes).
                let node = nodes[places.string(row)] ?? 0
                let rank =
                    Int64(outcome.rawValue) << 56 | (0xFFFF - min(node, 0xFFFF)) << 40
                    | min(candidates.int64(row), 0xFF_FFFF_FFFF)
                insertion.bind(1, inputs.string(row))
                insertion.bind(2, rank)
                insertion.bind(3, Int64(outcome.rawValue))
                if let code = codes.optionalString(row) { insertion.bind(4, code) }
                insertion.bind(5, rowIDs.string(row))
                insertion.bind(6, ordinals.int64(row))
                try insertion.run()
            }
        }
        return found
    }

    /// Calls `body` with each input and its entries in the two runs.
    func forEachInput(_ body: (String, [Entry?]) throws(Failure) -> Void) throws(Failure) {
        let query = try scratch.prepare(
            "SELECT input, side, outcome, code, row_id, ordinal, width, hashes FROM inputs ORDER BY input, side")
        var input: String?
        var pair: [Entry?] = [nil, nil]
        while try query.step() {
            let next = query.text(0) ?? ""
            if let input, next != input {
                try body(input, pair)
                pair = [nil, nil]
            }
            input = next
            pair[Int(query.integer(1))] = Entry(
                outcome: Outcome(rawValue: Int(query.integer(2))) ?? .rejected, code: query.text(3),
                rowID: query.text(4) ?? "", ordinal: query.integer(5),
                rows: Self.rows(query.bytes(7), width: Int(query.integer(6))))
        }
        if let input { try body(input, pair) }
    }

    /// - Parameter width: words of a row: its candidate, then its hashes.
    private static func rows(_ bytes: [UInt8], width: Int) -> [Row] {
        guard width > 0 else { return [] }
        let words = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) }
        }
        return stride(from: 0, to: words.count, by: width).map { start in
            Row(candidate: Int64(bitPattern: words[start]), hashes: words[start + 1..<start + width])
        }
    }
}
