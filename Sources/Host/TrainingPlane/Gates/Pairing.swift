/// Two models row by row.
///
/// - Complexity: O(rows), since both are in order.
package struct Pairing: Sendable, Equatable {
    /// The scores of the first model less those of the second, where both can be decided.
    package var differences = ScoreTally()
    /// Rows that only one of them has, and the first of these.
    package var onlyFirst = 0
    package var onlySecond = 0
    package var firstUnpaired: String?

    package init(differences: ScoreTally) { self.differences = differences }

    init(_ first: MetricScores, _ second: MetricScores) {
        var (i, j) = (0, 0)
        while i < first.rows.count || j < second.rows.count {
            let a = i < first.rows.count ? first.rows[i].inputID : nil
            let b = j < second.rows.count ? second.rows[j].inputID : nil
            if let a, let b, a == b {
                if let x = first.rows[i].score, let y = second.rows[j].score { differences.add(x - y) }
                (i, j) = (i + 1, j + 1)
            } else if let a, b.map({ a.utf8.lexicographicallyPrecedes($0.utf8) }) ?? true {
                onlyFirst += 1
                firstUnpaired = firstUnpaired ?? a
                i += 1
            } else {
                onlySecond += 1
                firstUnpaired = firstUnpaired ?? b
                j += 1
            }
        }
    }

    /// Whether one model is better on the rows on which they differ, by the sign of the difference.
    package var mcNemar: McNemar {
        var test = McNemar(wins: 0, losses: 0)
        for entry in differences.inOrder {
            if entry.value > 0 { test.wins += entry.count }
            if entry.value < 0 { test.losses += entry.count }
        }
        return test
    }
}
