import DataPlane

/// What one model scored on the rows of an evaluation.
///
/// ```swift
/// try MetricScores([("a1…", 1), ("b2…", 0), ("c3…", nil)])   // the verdict on c3… is "undecidable"
/// ```
///
/// About 100 bytes a row.
public struct MetricScores: Sendable {
    public struct Row: Sendable {
        public var inputID: String
        /// Nil where the row cannot be decided.
        public var score: Double?
    }

    /// In the order of the bytes of `input_id`.
    public let rows: [Row]
    /// The scores of the rows that can be decided.
    public let tally: ScoreTally

    /// - Throws: ``Failure`` of code `evaluation` for an `input_id` that stands twice, and for a score that is no number.
    public init(_ scores: some Sequence<(String, Double?)>) throws(Failure) {
        rows = scores.map { Row(inputID: $0.0, score: $0.1) }
            .sorted { $0.inputID.utf8.lexicographicallyPrecedes($1.inputID.utf8) }
        var tally = ScoreTally()
        for (index, row) in rows.enumerated() {
            if index > 0, rows[index - 1].inputID == row.inputID {
                throw Failure(
                    "evaluation",
                    "the input_id \(quoted(row.inputID)) stands twice in an evaluation; evaluate each input once")
            }
            guard let score = row.score else { continue }
            guard score.isFinite else {
                throw Failure(
                    "evaluation",
                    "the score of the input_id \(quoted(row.inputID)) is not a number; a row that cannot be decided has none"
                )
            }
            tally.add(score)
        }
        self.tally = tally
    }

    /// The SHA-256 of the `input_id`s in order, each length-prefixed: equal exactly for equal sets of rows.
    public var setHash: String {
        var hash = SHA256()
        for row in rows { hash.update(field: row.inputID) }
        return hash.finish()
    }
}
