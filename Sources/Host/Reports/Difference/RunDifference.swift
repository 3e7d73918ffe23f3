import DataPlane

/// What differs between two runs, input by input: outcomes, codes, and the columns of rows that both kept.
///
/// Inputs are paired by `input_id`, whatever their rows are called and wherever they stand; rows of an input by `candidate`, and
/// what is left of as many rows in their order. Duplicates are left out: their
/// input is that of an earlier row.
public struct RunDifference {
    /// An input by which a reader sees a difference.
    struct Example {
        var rowID: String
        var inputID: String
        var ordinal: Int64
        /// What else is to be said of it: `too_long → too_short`.
        var note: String?
    }

    /// One way to differ.
    struct Kind {
        var count = 0
        /// The first by ordinal.
        var examples: [Example] = []

        mutating func add(_ example: @autoclosure () -> Example, ordinal: Int64, limit: Int) {
            count += 1
            if examples.count == limit, examples.last.map({ $0.ordinal < ordinal }) ?? true { return }
            let place = examples.firstIndex { $0.ordinal > ordinal } ?? examples.count
            examples.insert(example(), at: place)
            if examples.count > limit { examples.removeLast() }
        }
    }

    struct Change: Hashable, Comparable {
        var from: String
        var to: String

        static func < (left: Change, right: Change) -> Bool { (left.from, left.to) < (right.from, right.to) }
    }

    /// A run as a whole.
    struct Side {
        var path: String
        var inputs = 0
        var duplicates = 0
        /// Source rows that ended before they had an `input_id`.
        var withoutInput = 0
        /// Source rows whose shards are not sealed, which cannot be compared.
        var unsealed = 0
    }

    private(set) var sides: [Side] = []
    /// Outcome in the first run and in the second to inputs; `absent` where a run does not have the input.
    private(set) var outcomes: [Change: Kind] = [:]
    /// Of inputs that both runs rejected: the codes, where they differ.
    private(set) var codes: [Change: Kind] = [:]
    /// Of inputs that both runs kept: column to how many of them have other values there.
    private(set) var columns: [String: Kind] = [:]
    /// Inputs that both runs kept, with another number of rows.
    private(set) var rowCounts = Kind()
    /// Inputs that both runs kept, and those of them with any difference.
    private(set) var keptInBoth = 0
    private(set) var changedInBoth = 0
    /// Columns of `distilled` that only the one run has.
    private(set) var ownColumns: [[String]] = [[], []]

    static let absent = "absent"

    /// - Parameters:
    ///   - limit: examples of each kind.
    ///   - scratchFolder: an existing folder for a temporary file.
    /// - Throws: ``Failure`` of code `usage` when one of them is no run.
    /// - Complexity: O(rows × log rows); memory does not depend on the rows.
    public init(_ first: String, _ second: String, limit: Int, scratchFolder: String) throws(Failure) {
        let runs = [try RunFiles(first), try RunFiles(second)]
        let table = try InputTable(folder: scratchFolder)
        var leaves: [Leaves] = []
        for run in runs { leaves.append(Leaves(try run.stages.schema(of: "distilled") ?? Schema([]))) }
        let ignored = ["ordinal", "input_id"]
        let common = leaves[0].all.filter { leaves[1].all.contains($0) && !ignored.contains($0.path) }
        ownColumns = leaves.map { $0.all.filter { !common.contains($0) && !ignored.contains($0.path) }.map(\.path) }
        for (index, run) in runs.enumerated() {
            var side = try table.load(run, side: index, common)
            side.unsealed = run.unsealedRows ?? 0
            sides.append(side)
        }
        let names = common.map(\.path)
        try table.forEachInput { inputID, pair throws(Failure) in
            compare(inputID, pair[0], pair[1], names, limit)
        }
    }

    private mutating func compare(
        _ inputID: String, _ first: InputTable.Entry?, _ second: InputTable.Entry?, _ names: [String], _ limit: Int
    ) {
        guard let shown = first ?? second else { return }
        func example(_ note: String? = nil) -> Example {
            Example(rowID: shown.rowID, inputID: inputID, ordinal: shown.ordinal, note: note)
        }
        let change = Change(from: first?.outcome.name ?? Self.absent, to: second?.outcome.name ?? Self.absent)
        outcomes[change, default: Kind()].add(
            example([first?.code, second?.code].compactMap { $0 }.joined(separator: " → ")), ordinal: shown.ordinal,
            limit: limit)
        guard let first, let second, first.outcome == second.outcome else { return }
        if first.outcome == .rejected, first.code != second.code {
            codes[Change(from: first.code ?? "", to: second.code ?? ""), default: Kind()].add(
                example(), ordinal: shown.ordinal, limit: limit)
        }
        guard first.outcome == .kept else { return }
        keptInBoth += 1
        var isChanged = false
        if first.rows.count != second.rows.count {
            isChanged = true
            rowCounts.add(
                example("\(first.rows.count) → \(second.rows.count) rows"), ordinal: shown.ordinal, limit: limit)
        }
        let pairs = Self.pairs(first.rows, second.rows)
        for (index, name) in names.enumerated()
        where pairs.contains(where: { $0.hashes.dropFirst(index).first != $1.hashes.dropFirst(index).first }) {
            isChanged = true
            columns[name, default: Kind()].add(example(), ordinal: shown.ordinal, limit: limit)
        }
        if isChanged { changedInBoth += 1 }
    }

    /// The rows of an input that are compared.
    ///
    /// Of two runs that kept another candidate each, one is compared with the other; of runs that kept another number nobody
    /// knows which of the rest belong together.
    private static func pairs(
        _ first: [InputTable.Row], _ second: [InputTable.Row]
    ) -> [(InputTable.Row, InputTable.Row)] {
        let common = Set(first.map(\.candidate)).intersection(second.map(\.candidate))
        func pairs(where isCommon: Bool) -> [(InputTable.Row, InputTable.Row)] {
            let isMeant = { (row: InputTable.Row) in common.contains(row.candidate) == isCommon }
            return Array(zip(first.filter(isMeant), second.filter(isMeant)))
        }
        return pairs(where: true) + (first.count == second.count ? pairs(where: false) : [])
    }

    /// Whether any input ended otherwise or has other values.
    var isEqual: Bool {
        outcomes.keys.allSatisfy { $0.from == $0.to } && codes.isEmpty && changedInBoth == 0
            && ownColumns.allSatisfy(\.isEmpty)
    }
}
