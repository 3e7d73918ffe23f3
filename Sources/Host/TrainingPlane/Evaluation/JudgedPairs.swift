import DataPlane

/// How a model's answers did beside those of a reference.
public struct JudgedPairs: Sendable {
    /// By `input_id`: 1, ½ or 0; nil where the judge could not tell.
    public let scores: MetricScores
    /// Pairs that the judge was asked about; the others needed none.
    public let asked: Int
    /// Pairs whose answers look the same, which tie.
    public let same: Int
    /// Pairs of which a model has no answer, which loses; without any they tie.
    public let unanswered: Int

    public var wins: Int { count { $0 > 0.5 } }
    public var ties: Int { count { $0 == 0.5 } }
    public var losses: Int { count { $0 < 0.5 } }
    /// Pairs of which the judge could not tell who wins; they are in no figure.
    public var undecided: Int { scores.rows.count - scores.tally.count }

    private func count(_ test: (Double) -> Bool) -> Int {
        scores.tally.inOrder.filter { test($0.value) }.reduce(0) { $0 + $1.count }
    }

    /// Name to count, in the order of reports.
    var counts: [(name: String, count: Int)] {
        [
            ("wins", wins), ("ties", ties), ("losses", losses), ("undecided", undecided), ("asked", asked),
            ("same", same), ("unanswered", unanswered),
        ]
    }

    /// What records keep of it.
    ///
    /// - Parameters:
    ///   - reference: the role of the model whose answers it was compared with.
    ///   - hash: the SHA-256 of these answers.
    public func json(reference: ModelRole, hash: String) -> JSONValue {
        .object(
            [("reference", .string(reference.rawValue)), ("reference_sha256", .string(hash))]
                + counts.map { ($0.name, .int(Int64($0.count))) })
    }
}
