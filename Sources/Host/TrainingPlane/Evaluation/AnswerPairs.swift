import DataPlane

/// The answers of a model beside those of a reference, for a judge to compare.
///
/// ```swift
/// let pairs = AnswerPairs(student, with: baseline, on: rows)
/// try pairs.write(to: "pairs.jsonl", nullable: [])          // only what a judge has to decide
/// let judged = try pairs.judged(by: "runs/judge", score: "better.score")
/// judged.scores.tally.mean                                   // online_win_rate
/// ```
public struct AnswerPairs: Sendable {
    private let model: ShownAnswers
    private let reference: ShownAnswers
    private let inputIDs: [String]
    /// What needs no judge: a model without an answer loses, and answers that look the same tie.
    private var decided: [String: WinRate.Outcome] = [:]
    /// Pairs of which one has no answer, or neither.
    public private(set) var unanswered = 0
    /// Pairs whose answers look the same to the judge.
    public private(set) var same = 0

    /// - Parameter rows: what all models are scored on.
    public init(_ model: ShownAnswers, with reference: ShownAnswers, on rows: TestRows) {
        (self.model, self.reference, inputIDs) = (model, reference, rows.inputIDs)
        for id in inputIDs {
            switch (model.byInput[id], reference.byInput[id]) {
            case (let ours?, let theirs?):
                guard ours == theirs else { continue }
                same += 1
                decided[id] = .tie
            case (let ours, let theirs):
                unanswered += 1
                decided[id] = ours != nil ? .win : theirs != nil ? .loss : .tie
            }
        }
    }

    /// Pairs that a judge has to decide.
    public var asked: Int { inputIDs.count - decided.count }

    /// Writes what a judge has to decide as JSON Lines: `id`, the model's columns by their names, the reference's as
    /// `other_` and the name.
    ///
    /// - Parameter nullable: the members that may be null.
    /// - Throws: ``Failure`` of code `evaluation` for a null in another one.
    public func write(to path: String, nullable: (String) -> Bool) throws(Failure) {
        var file = try LinesFile(path)
        for id in inputIDs where decided[id] == nil {
            guard let ours = model.byInput[id], let theirs = reference.byInput[id] else { continue }
            var members: [(String, JSONValue)] = [(PairMembers.id, .string(id))]
            for (index, column) in model.columns.enumerated() {
                members.append((column.name, ours[index]))
                members.append((PairMembers.other(column.name), theirs[index]))
            }
            for (name, value) in members where value == .null && !nullable(name) {
                throw Failure(
                    "evaluation",
                    "'\(name)' of the pair \(quoted(id)) is null, and the graph over pairs does not allow it; let its "
                        + "source declare the column with a '?', or reject such answers in the evaluation graph")
            }
            try file.append(JSONValue.object(members).compact)
        }
        try file.finish()
    }

    /// What the judge's run says of the pairs, with what needed none.
    ///
    /// - Parameters:
    ///   - runDirectory: a run over the file of ``write(to:nullable:)``; nil where there was nothing to ask.
    ///   - score: a column with 1 where the model is better, 0 where the reference is, ½ for a tie; null, and a pair that
    ///     the run has not kept, is not decided.
    /// - Throws: ``Failure`` of code `evaluation` for another score, and for rows of a pair that do not agree.
    public func judged(by runDirectory: String?, score: String) throws(Failure) -> JudgedPairs {
        let found = try runDirectory.map { folder throws(Failure) in try Self.scores(folder, score) } ?? [:]
        let scores = inputIDs.map { id in (id, decided[id]?.score ?? found[id] ?? nil) }
        return JudgedPairs(scores: try MetricScores(scores), asked: asked, same: same, unanswered: unanswered)
    }

    private static func scores(_ runDirectory: String, _ name: String) throws(Failure) -> [String: Double?] {
        var scores: [String: Double?] = [:]
        for file in try SealedFile.list(runDirectory: runDirectory, stage: "distilled") {
            let reader = try ParquetReader(path: "\(runDirectory)/\(file.path)", batchRows: 1024)
            let pair = try ColumnPath("row_id", in: reader.schema, of: file.path)
            let score = try ColumnPath(name, in: reader.schema, of: file.path)
            while let batch = try reader.next() {
                let (pairs, values) = (pair.resolve(batch), score.resolve(batch))
                for row in 0..<batch.rowCount {
                    let id = pairs.column.string(row)
                    let value = values.isNull(row) ? nil : values.column.float64(row)
                    guard value.map({ (0...1).contains($0) }) ?? true else {
                        throw Failure(
                            "evaluation",
                            "'\(name)' of the pair \(quoted(id)) is not within 0 and 1: 1 is a win, 0.5 a tie, 0 a loss"
                        )
                    }
                    if let before = scores.updateValue(value, forKey: id), before != value {
                        throw Failure(
                            "evaluation",
                            "the rows of the pair \(quoted(id)) have several values of '\(name)'; all of them have to "
                                + "say who wins")
                    }
                }
            }
        }
        return scores
    }
}
