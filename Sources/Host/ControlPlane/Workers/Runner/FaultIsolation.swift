import DataPlane
import Glibc

/// Finds the rows of a batch that end workers or for which the step breaks its word, and puts the answers for all others together.
///
/// A batch first runs whole. When the worker dies and has said which row it was on, that row is to blame, and the rest
/// runs again as one batch. The last row is not taken at its word: a step that has done all its rows says no more, and
/// may die of any of them.
///
/// Where the row is not known, a crash has the batch cut in two, at a border between samples as long as there is one, and
/// so on down to a single row. A batch that ran out its deadline then runs row by row: halves that run out theirs as well
/// would cost a deadline each. A grouped step never sees part of a sample: there the whole sample is to blame.
///
/// SIGKILL comes from outside, for reasons that may have nothing to do with the row: there a piece gets a second try.
/// Pieces run in the order of their rows, with the seed of the batch.
///
/// - Complexity: without progress, O(log n) worker starts for each row that crashes it, and one deadline more than rows
///   that hang it.
struct FaultIsolation {
    struct Piece {
        /// Rows of the batch, ascending; not listed while the piece is the batch itself, as nearly always.
        var rows: [Int]
        var attempt: UInt32
        /// Whether it is the batch itself.
        var isWhole: Bool
        /// Whether a worker was killed from outside while it had the piece.
        var wasKilled = false
    }

    private let call: StepCall
    private let isGrouped: Bool
    /// Still to run; the last one first.
    private var pieces: [Piece]
    private var answers: [(piece: Piece, output: StepOutput)] = []
    private var rejects: [StepReject] = []

    init(_ call: StepCall, isGrouped: Bool) {
        self.call = call
        self.isGrouped = isGrouped
        pieces = [Piece(rows: [], attempt: 0, isWhole: true)]
    }

    mutating func next() -> Piece? { pieces.popLast() }

    mutating func answer(_ piece: Piece, _ output: StepOutput) { answers.append((piece, output)) }

    /// - Parameter row: the row of the piece that the step said it was on.
    /// - Returns: the rows that are to blame, if that is known now.
    mutating func death(_ piece: Piece, _ death: ProcessDeath, row: Int?) -> [StepReject] {
        if death.cause == .signal(SIGKILL), !piece.wasKilled {
            var again = piece
            again.attempt += 1
            again.wasKilled = true
            pieces.append(again)
            return []
        }
        let piece = listed(piece)
        let count = piece.rows.count
        if unit(of: 0, in: piece).count == count { return reject(piece, 0..<count, death) }
        if let row, piece.rows.indices.contains(row) {
            let guilty = unit(of: row, in: piece)
            if guilty.upperBound < count {
                push([Array(piece.rows[..<guilty.lowerBound] + piece.rows[guilty.upperBound...])], of: piece)
                return reject(piece, guilty, death)
            }
        }
        if case .timedOut = death.cause { push(units(of: piece), of: piece) } else { halve(piece) }
        return []
    }

    /// The step has returned for the piece what breaks a rule that is no single row's.
    ///
    /// Its rows are rejected, or it is halved: the rows that have nothing to do with it come through. Whoever has the same
    /// plugin comes to the same rows, so nothing is left to the journal.
    mutating func violation(_ piece: Piece, _ violation: Violation) {
        let piece = listed(piece)
        guard unit(of: 0, in: piece).count == piece.rows.count else { return halve(piece) }
        rejects += piece.rows.map {
            StepReject(parent: $0, code: contractViolationCode, detail: violation.evidence)
        }
    }

    /// The rows of a piece as a batch.
    func batch(of piece: Piece) -> RecordBatch { piece.isWhole ? call.batch : call.batch.taking(piece.rows) }

    private func listed(_ piece: Piece) -> Piece {
        var piece = piece
        if piece.isWhole { piece.rows = Array(0..<call.batch.rowCount) }
        return piece
    }

    private mutating func halve(_ piece: Piece) {
        let middle = border(in: piece)
        push([Array(piece.rows[..<middle]), Array(piece.rows[middle...])], of: piece)
    }

    /// Parts of a piece are the next to run, the first one first.
    private mutating func push(_ parts: [[Int]], of piece: Piece) {
        for rows in parts.reversed() { pieces.append(Piece(rows: rows, attempt: piece.attempt + 1, isWhole: false)) }
    }

    private mutating func reject(_ piece: Piece, _ guilty: Range<Int>, _ death: ProcessDeath) -> [StepReject] {
        let rejects = piece.rows[guilty].map { row in
            StepReject(parent: row, code: death.code.rawValue, detail: death.evidence, isBackstop: true)
        }
        self.rejects += rejects
        return rejects
    }

    private func units(of piece: Piece) -> [[Int]] {
        var units: [[Int]] = []
        var start = 0
        while start < piece.rows.count {
            let unit = unit(of: start, in: piece)
            units.append(Array(piece.rows[unit]))
            start = unit.upperBound
        }
        return units
    }

    /// The rows of a piece that cannot be told apart from one of them.
    private func unit(of index: Int, in piece: Piece) -> Range<Int> {
        guard isGrouped else { return index..<index + 1 }
        let sample = sample(of: piece.rows[index])
        var (start, end) = (index, index + 1)
        while start > 0, self.sample(of: piece.rows[start - 1]) == sample { start -= 1 }
        while end < piece.rows.count, self.sample(of: piece.rows[end]) == sample { end += 1 }
        return start..<end
    }

    /// The number of the sample that a row of the batch belongs to.
    private func sample(of row: Int) -> Int {
        var low = 0
        var high = call.sampleStarts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if call.sampleStarts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// Where to cut a piece in two: the border between samples nearest to its middle, else its middle.
    private func border(in piece: Piece) -> Int {
        let middle = piece.rows.count / 2
        let isBorder = { (index: Int) in sample(of: piece.rows[index - 1]) != sample(of: piece.rows[index]) }
        for distance in 0..<piece.rows.count {
            for index in [middle - distance, middle + distance]
            where index > 0 && index < piece.rows.count && isBorder(index) {
                return index
            }
        }
        return middle
    }

    /// All answers as one, in terms of the rows of the batch.
    func result(step: StepSpec) -> StepOutput {
        if rejects.isEmpty, answers.count == 1, answers[0].piece.isWhole { return answers[0].output }
        let schema = Schema(step.adds.map(\.field))
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        var rows: [(parent: Int, answer: Int, row: Int)] = []
        var rejects = rejects
        for (index, (piece, output)) in answers.enumerated() {
            for (row, parent) in output.parents.enumerated() { rows.append((piece.rows[parent], index, row)) }
            for var reject in output.rejects {
                reject.parent = piece.rows[reject.parent]
                rejects.append(reject)
            }
        }
        rows.sort { ($0.parent, $0.row) < ($1.parent, $1.row) }
        for (column, builder) in builders.enumerated() {
            for row in rows { builder.append(from: answers[row.answer].output.added.columns[column], row: row.row) }
        }
        return StepOutput(
            added: RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: rows.count),
            parents: rows.map(\.parent), rejects: rejects.sorted { $0.parent < $1.parent })
    }
}
