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

    var interval: WilsonInterval? { WilsonInterval(successes: right, trials: decided) }

    var members: [(String, JSONValue)] {
        [
            ("ok", .int(Int64(right))), ("wrong", .int(Int64(wrong))), ("undecidable", .int(Int64(undecidable))),
            ("accuracy", .rounded(share)), ("low", .rounded(interval?.low)), ("high", .rounded(interval?.high)),
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
    /// Cohen's kappa: agreement beyond what the two columns' own shares of ok would give by chance, 1 for full agreement,
    /// 0 for chance. Nil where chance alone gives full agreement, because each column says one thing only.
    ///
    /// J. Cohen, Educational and Psychological Measurement 20(1), 1960, doi:10.1177/001316446002000104.
    let kappa: Double?

    init(_ pair: ColumnPair, _ table: CrossTable) {
        self.pair = pair
        self.table = table
        let (a, b) = (Double(table.count("ok", "ok")), Double(table.count("ok", "wrong")))
        let (c, d) = (Double(table.count("wrong", "ok")), Double(table.count("wrong", "wrong")))
        let count = a + b + c + d
        decided = Int(count)
        undecidable = table.rows.values.reduce(0) { $0 + $1.values.reduce(0, +) } - decided
        let byChance = ((a + b) * (a + c) + (c + d) * (b + d)) / (count * count)
        share = count > 0 ? (a + d) / count : nil
        kappa = share.flatMap { byChance < 1 ? ($0 - byChance) / (1 - byChance) : nil }
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
