import DataPlane

/// Keeps the books of the run: which source rows are open, how each ended, what each node did.
///
/// A source row is opened when it leaves the source and closed when a batch that covers it reaches the end. Memory is
/// bounded by the open rows and shards.
struct Ledger {
    /// How one source row stands.
    private struct OpenRow {
        var task = Books.unknownTask
        var outcome: Outcome?
        var node = -1
        var candidate: Int64 = 0
        var code: String?
        /// Facet to the values of the rows made of it, each once.
        var facets: [String: [ExactText]] = [:]
    }

    /// One shard under way.
    private struct OpenShard {
        var books: Books
        var open = 0
        var deferred = 0
        /// All its source rows have been read.
        var isComplete = false

        /// All its source rows have been read and closed.
        var isDone: Bool { isComplete && open == 0 }
    }

    private let names: [String]
    private let sealed: Set<Int>
    private let shardRows: Int64
    private var rows: [Int64: OpenRow] = [:]
    private var shards: [Int: OpenShard] = [:]
    /// The rows before this ordinal are closed, of those that were opened.
    private var closedBefore: Int64 = 0
    private var openedBefore: Int64 = 0
    /// The books of shards of which nothing more comes, summed: those that are sealed, and those that this start cannot seal.
    private var closed: Books

    /// - Parameters:
    ///   - nodes: the ids of the graph's nodes; the source is added in front.
    ///   - sealed: shards that are done: their rows pass again on a resume, and are not counted again.
    init(nodes: [String], shardRows: Int, sealed: Set<Int>) {
        names = ["source"] + nodes
        self.sealed = sealed
        self.shardRows = Int64(shardRows)
        closed = Books(nodes: names)
    }

    var openRows: Int { rows.count }

    func shard(of ordinal: Int64) -> Int { Int(ordinal / shardRows) }

    /// Which rows belong to which shard, for ordinals that ascend: one range a shard.
    ///
    /// - Complexity: O(rows).
    func shards(of ordinals: some RandomAccessCollection<Int64>) -> [(shard: Int, rows: Range<Int>)] {
        var shards: [(shard: Int, rows: Range<Int>)] = []
        var end = Int64.min
        for (row, ordinal) in ordinals.enumerated() {
            if ordinal >= end || ordinal < end - shardRows {
                let shard = shard(of: ordinal)
                end = (Int64(shard) + 1) * shardRows
                shards.append((shard, row..<row))
            }
            shards[shards.count - 1].rows = shards[shards.count - 1].rows.lowerBound..<row + 1
        }
        return shards
    }

    private mutating func update(_ ordinal: Int64, _ change: (inout OpenShard) -> Void) {
        update(shard: shard(of: ordinal), change)
    }

    private mutating func update(shard: Int, _ change: (inout OpenShard) -> Void) {
        if sealed.contains(shard) { return }
        change(&shards[shard, default: OpenShard(books: Books(nodes: names))])
    }

    /// Every source row before this ordinal that was opened is closed: what there is of them has been handed over.
    ///
    /// - Complexity: O(1), amortised.
    mutating func settledBefore() -> Int64 {
        while closedBefore < openedBefore, rows[closedBefore] == nil { closedBefore += 1 }
        return closedBefore
    }

    /// Opens a source row. A row that the source could not read is opened and closed at once with its code.
    mutating func open(_ ordinal: Int64, task: ExactText, rejectedWith code: String? = nil) {
        update(ordinal) { shard in
            shard.books.nodes[0].tally.rowsIn += 1
            shard.books.run.rowsIn += 1
            shard.books.tasks[task, default: TaskBooks()].run.rowsIn += 1
            if let code {
                Self.count(.rejected, code, in: &shard.books.nodes[0].tally)
                Self.count(.rejected, code, in: &shard.books.run)
                Self.count(.rejected, code, in: &shard.books.tasks[task, default: TaskBooks()].run)
            } else {
                shard.books.nodes[0].tally.rowsOut += 1
                shard.open += 1
            }
        }
        openedBefore = max(openedBefore, ordinal + 1)
        if code == nil, !sealed.contains(shard(of: ordinal)) { rows[ordinal] = OpenRow(task: task) }
    }

    /// Notes that source rows have entered a node.
    mutating func enter(node: Int, _ ordinals: [Int64]) {
        for (shard, rows) in shards(of: ordinals) {
            update(shard: shard) { $0.books.nodes[node + 1].tally.rowsIn += rows.count }
        }
    }

    /// Notes that source rows have left a node, and which of its rows have ended there.
    ///
    /// - Parameter ended: (ordinal, candidate, drop), in row order.
    mutating func leave(node: Int, living: [Int64], ended: [(ordinal: Int64, candidate: Int64, drop: Drop)]) {
        for (shard, rows) in shards(of: living) {
            update(shard: shard) { $0.books.nodes[node + 1].tally.rowsOut += rows.count }
        }
        if ended.isEmpty { return }
        let alive = Set(living)
        var here: [Int64: OpenRow] = [:]
        for (ordinal, candidate, drop) in ended {
            let end = OpenRow(outcome: drop.outcome, node: node, candidate: candidate, code: drop.code)
            if Self.prevails(end, over: here[ordinal]) { here[ordinal] = end }
            if let row = rows[ordinal], Self.prevails(end, over: row) {
                rows[ordinal] = OpenRow(
                    task: row.task, outcome: end.outcome, node: node, candidate: candidate, code: drop.code,
                    facets: row.facets)
            }
        }
        for (ordinal, end) in here where !alive.contains(ordinal) {
            guard let outcome = end.outcome else { continue }
            update(ordinal) { shard in
                shard.books.nodes[node + 1].tally.ended[outcome, default: 0] += 1
                if let code = end.code { shard.books.nodes[node + 1].tally.codes[code, default: 0] += 1 }
            }
        }
    }

    /// The better outcome; of two rejections the one at the later node, then of the lower candidate.
    private static func prevails(_ end: OpenRow, over other: OpenRow?) -> Bool {
        guard let outcome = end.outcome, let other, let old = other.outcome else { return true }
        if outcome != old { return outcome < old }
        return end.node > other.node || (end.node == other.node && end.candidate < other.candidate)
    }

    /// Remembers a value of a facet that one of the rows of a source row has.
    mutating func note(facet: String, _ value: ExactText, of ordinal: Int64) {
        guard rows[ordinal]?.facets[facet]?.contains(value) != true else { return }
        rows[ordinal]?.facets[facet, default: []].append(value)
    }

    /// Counts what the tagged columns of rows hold, all of one shard and task.
    mutating func count(_ tags: TagBooks, shard: Int, task: ExactText) {
        if sealed.contains(shard) { return }
        func add(_ open: inout OpenShard) {
            open.books.tags.add(tags)
            for (column, counts) in tags.verdicts {
                open.books.tasks[task, default: TaskBooks()].verdicts[column, default: [:]]
                    .merge(counts, uniquingKeysWith: +)
            }
        }
        add(&shards[shard, default: OpenShard(books: Books(nodes: names))])
    }

    /// The task of an open source row.
    func task(of ordinal: Int64) -> ExactText { rows[ordinal]?.task ?? Books.unknownTask }

    mutating func count(stage: String, rows: Int, shard: Int) {
        shards[shard, default: OpenShard(books: Books(nodes: names))].books.stages[stage, default: 0] += rows
    }

    /// Closes a source row: a batch that covers it has reached the end.
    mutating func close(_ ordinal: Int64, isKept: Bool) {
        guard let row = rows.removeValue(forKey: ordinal) else { return }
        // What has reached the end along one way does not make up for what still waits on another.
        let outcome = isKept && row.outcome != .deferred ? .kept : row.outcome
        update(ordinal) { shard in
            shard.open -= 1
            // A row that neither was kept nor has ended is in no column: the books show that it is missing.
            guard let outcome else { return }
            if outcome == .deferred { shard.deferred += 1 }
            Self.count(outcome, row.code, in: &shard.books.run)
            Self.count(outcome, row.code, in: &shard.books.tasks[row.task, default: TaskBooks()].run)
            for (facet, values) in row.facets {
                for value in values {
                    shard.books.facets[facet, default: [:]][value, default: Tally()].rowsIn += 1
                    Self.count(outcome, row.code, in: &shard.books.facets[facet, default: [:]][value, default: Tally()])
                }
            }
        }
    }

    private static func count(_ outcome: Outcome, _ code: String?, in tally: inout Tally) {
        guard outcome != .kept else {
            tally.rowsOut += 1
            return
        }
        tally.ended[outcome, default: 0] += 1
        if outcome == .rejected, let code { tally.codes[code, default: 0] += 1 }
    }

    /// Notes that the source has given all rows of the shards before `shard`.
    mutating func complete(shardsBefore shard: Int) {
        for key in Array(shards.keys) where key < shard { shards[key]?.isComplete = true }
    }

    /// The shards that can be sealed, ascending: all rows read, none open, none deferred.
    var sealable: [Int] {
        shards.filter { $0.value.isDone && $0.value.deferred == 0 }.keys.sorted()
    }

    /// Takes out the shards that cannot be sealed by this start though it has done what it can, and gives their numbers.
    mutating func takeAbandoned() -> [Int] {
        let abandoned = shards.filter { $0.value.isDone && $0.value.deferred > 0 }.keys.sorted()
        for shard in abandoned { _ = take(shard: shard) }
        return abandoned
    }

    /// Takes a shard out and gives its books.
    mutating func take(shard: Int) -> Books? {
        guard var taken = shards.removeValue(forKey: shard) else { return nil }
        taken.books.boundFacets()
        add(sealed: taken.books)
        return taken.books
    }

    /// Adds the books of a shard of which nothing more comes.
    mutating func add(sealed books: Books) {
        closed.add(books)
        closed.boundFacets()
    }

    /// The books of everything: sealed shards and those under way.
    var total: Books {
        var total = shards.values.reduce(into: closed) { $0.add($1.books) }
        total.boundFacets()
        return total
    }
}
