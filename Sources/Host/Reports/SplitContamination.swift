import DataPlane

/// Inputs that stand in more than one split: what a student trained on the one has seen of the other.
public struct SplitContamination {
    /// What one stage says by one key.
    public struct Check {
        public var stage: String
        public var key: String
        /// Source rows with a key and a split.
        public var sourceRows = 0
        /// Keys in more than one split, and the source rows that have one of them.
        public var sharedKeys = 0
        public var affectedRows = 0
        /// Two splits, in the order of their names, to the keys that both have.
        public var pairs: [ColumnPair: Int] = [:]
        /// Of the shared keys that come first in the source: the first row of each split.
        public var examples: [[Occurrence]] = []
    }

    /// The first row of a split that has a key.
    public struct Occurrence {
        var split: String
        var rowID: String
        var ordinal: Int64
    }

    public let column: String
    public private(set) var checks: [Check] = []
    /// False when the column has more than ``mostSplits`` values: it says something else then, and there are no checks.
    public private(set) var isSplit = true

    /// Splits that are told apart.
    public static let mostSplits = 100

    /// Looks through the artifacts: by each key the first stage that has it, which has most rows, and `distilled`.
    ///
    /// - Parameters:
    ///   - column: the source column that names the split.
    ///   - keys: paths of columns by which inputs are recognised.
    ///   - scratchFolder: an existing folder for a temporary file.
    /// - Complexity: O(rows × log rows); memory does not depend on the rows.
    public init(_ stages: SealedStages, column: String, keys: [[String]], scratchFolder: String) throws(Failure) {
        self.column = column
        for key in keys {
            var having: [String] = []
            for stage in stages.names {
                guard let schema = try stages.schema(of: stage), schema.index(of: column) != nil, schema.has(key) else {
                    continue
                }
                having.append(stage)
            }
            guard let first = having.first else { continue }
            for stage in having.contains("distilled") && first != "distilled" ? [first, "distilled"] : [first] {
                let scratch = try ScratchDatabase(folder: scratchFolder)
                guard let check = try Self.check(stages, stage, column, key, scratch) else {
                    (checks, isSplit) = ([], false)
                    return
                }
                checks.append(check)
            }
        }
    }

    /// Nil for a column with too many values.
    private static func check(
        _ stages: SealedStages, _ stage: String, _ column: String, _ key: [String], _ scratch: ScratchDatabase
    ) throws(Failure) -> Check? {
        var check = Check(stage: stage, key: key.joined(separator: "."))
        var splits: [String] = []
        try scratch.execute(
            "CREATE TABLE keys (key BLOB, split INTEGER, rows INTEGER, ordinal INTEGER, row_id TEXT, "
                + "PRIMARY KEY (key, split)) WITHOUT ROWID")
        try scratch.execute("BEGIN")
        let insertion = try scratch.prepare(
            "INSERT INTO keys VALUES (?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + 1")
        var numbers: [String: Int] = [:]
        var last: Int64 = -1
        try stages.forEachBatch(of: stage) { batch throws(Failure) in
            guard let names = batch.column(column), let ordinals = batch.column("ordinal"),
                let rowIDs = batch.column("row_id")
            else { return }
            for row in 0..<batch.rowCount {
                // The candidates of a sample lie together and have one input.
                let ordinal = ordinals.int64(row)
                guard splits.count <= mostSplits, ordinal != last, let digest = batch.digest(key, row),
                    !names.isNull(row)
                else { continue }
                last = ordinal
                check.sourceRows += 1
                let name = FacetValues.name(names.type == .utf8 ? names.string(row) : names.json(row).compact).text
                let number = numbers[name] ?? splits.count
                if numbers[name] == nil {
                    numbers[name] = number
                    splits.append(name)
                }
                insertion.bind(1, digest)
                insertion.bind(2, Int64(number))
                insertion.bind(3, ordinal)
                insertion.bind(4, rowIDs.string(row).cut(to: Examples.longestCharacters))
                try insertion.run()
            }
        }
        if splits.count > mostSplits { return nil }
        try scratch.execute("COMMIT")
        try check.findShared(scratch, splits)
        return check
    }

    var json: JSONValue {
        ["split": .string(column), "is_split": .bool(isSplit), "checks": .array(checks.map(\.json))]
    }
}

extension SplitContamination.Check {
    /// Reads the keys in their order, with the splits of each together.
    fileprivate mutating func findShared(_ scratch: ScratchDatabase, _ splits: [String]) throws(Failure) {
        let query = try scratch.prepare("SELECT key, split, rows, ordinal, row_id FROM keys ORDER BY key, split")
        var key: [UInt8] = []
        var rows = 0
        var occurrences: [SplitContamination.Occurrence] = []
        while try query.step() {
            let next = query.bytes(0)
            if next != key {
                close(occurrences, rows)
                (key, rows, occurrences) = (next, 0, [])
            }
            rows += Int(query.integer(2))
            occurrences.append(
                SplitContamination.Occurrence(
                    split: splits[Int(query.integer(1))], rowID: query.text(4) ?? "", ordinal: query.integer(3)))
        }
        close(occurrences, rows)
    }

    private mutating func close(_ found: [SplitContamination.Occurrence], _ rows: Int) {
        guard found.count > 1 else { return }
        sharedKeys += 1
        affectedRows += rows
        let names = found.map(\.split).sorted()
        for (index, first) in names.enumerated() {
            for second in names[(index + 1)...] { pairs[ColumnPair(first, second), default: 0] += 1 }
        }
        examples.append(found.sorted { $0.ordinal < $1.ordinal })
        examples.sort { $0[0].ordinal < $1[0].ordinal }
        if examples.count > Examples.most { examples.removeLast() }
    }

    var json: JSONValue {
        let pairs = pairs.sorted { $0.key < $1.key }.map { pair, keys -> JSONValue in
            ["first": .string(pair.first), "second": .string(pair.second), "keys": .int(Int64(keys))]
        }
        let examples = examples.map { occurrences in
            JSONValue.array(
                occurrences.map {
                    ["split": .string($0.split), "row_id": .string($0.rowID), "ordinal": .int($0.ordinal)]
                })
        }
        return [
            "stage": .string(stage), "key": .string(key), "source_rows": .int(Int64(sourceRows)),
            "shared_keys": .int(Int64(sharedKeys)), "affected_rows": .int(Int64(affectedRows)),
            "pairs": .array(pairs), "examples": .array(examples),
        ]
    }
}

extension Schema {
    /// Whether a path leads to a column through structs.
    fileprivate func has(_ path: [String]) -> Bool {
        var fields = self.fields
        for (index, name) in path.enumerated() {
            guard let field = fields.first(where: { $0.name == name }) else { return false }
            if index == path.count - 1 { return true }
            guard case .structure(let members) = field.type else { return false }
            fields = members
        }
        return false
    }
}

extension RecordBatch {
    /// The first half of the SHA-256 of a value; nil where it is null or the empty text, which is nobody's key.
    fileprivate func digest(_ path: [String], _ row: Int) -> [UInt8]? {
        guard var column = column(path[0]), !column.isNull(row) else { return nil }
        for name in path.dropFirst() {
            guard let child = column.child(name), !child.isNull(row) else { return nil }
            column = child
        }
        if column.type == .utf8, column.bytes(row).isEmpty { return nil }
        var hash = SHA256()
        switch column.type {
        case .utf8, .binary: hash.update(column.bytes(row))
        case .bool, .int64, .float64, .list, .structure: hash.update(column.json(row).compact)
        }
        return Array(hash.finishBytes().prefix(16))
    }
}
