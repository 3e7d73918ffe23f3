import DataPlane

/// Verdicts as a share: of the rows that could be decided, how many were right.
struct Accuracy {
    let right: Int
    let wrong: Int
    /// Left out of the share.
    let undecidable: Int

    init(_ verdicts: [String: Int]) {
        right = verdicts["ok"] ?? 0
        wrong = verdicts["wrong"] ?? 0
        undecidable = verdicts["undecidable"] ?? 0
    }

    var decided: Int { right + wrong }

    /// Nil when nothing could be decided.
    var share: Double? { decided > 0 ? Double(right) / Double(decided) : nil }

    /// Of the share, 95 %; nil when nothing could be decided.
    var interval: Interval? { decided > 0 ? .wilson(successes: right, of: decided, confidence: 0.95) : nil }

    var members: [(String, JSONValue)] {
        [
            ("ok", .int(Int64(right))), ("wrong", .int(Int64(wrong))), ("undecidable", .int(Int64(undecidable))),
            ("accuracy", .rounded(share)), ("low", .rounded(interval?.lower)), ("high", .rounded(interval?.upper)),
        ]
    }
}

/// How far two verdict columns agree, over the rows that both decide.
struct Agreement {
    let pair: ColumnPair
    let table: CrossTable
    /// Rows of which both say ok or wrong.
    let decided: Int
    /// Rows of which one or both say undecidable; left out.
    let undecidable: Int
    /// The share of the decided rows of which both say the same; nil without such rows.
    let share: Double?
    /// Nil where chance alone gives full agreement, because each column says one thing only.
    let kappa: Double?

    init(_ pair: ColumnPair, _ table: CrossTable) {
        self.pair = pair
        self.table = table
        var kappa = CohensKappa()
        for first in ["ok", "wrong"] {
            for second in ["ok", "wrong"] { kappa.add(first, second, times: table.count(first, second)) }
        }
        decided = kappa.count
        undecidable = table.rows.values.reduce(0) { $0 + $1.values.reduce(0, +) } - decided
        share = kappa.agreement
        self.kappa = kappa.value
    }

    var json: JSONValue {
        [
            "first": .string(pair.first), "second": .string(pair.second), "rows": table.json,
            "decided": .int(Int64(decided)), "undecidable": .int(Int64(undecidable)), "agreement": .rounded(share),
            "kappa": .rounded(kappa),
        ]
    }
}

extension JSONValue {
    /// A share or a statistic, to six decimals; null for nil.
    static func rounded(_ value: Double?) -> JSONValue {
        value.map { .double(($0 * 1e6).rounded() / 1e6) } ?? .null
    }
}
