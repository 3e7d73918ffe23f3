/// Whether two models differ on the same rows, from the rows that only one of them got right (Q. McNemar, Psychometrika 12,
/// 1947, DOI 10.1007/BF02295996), exactly instead of by an approximation.
///
/// ```swift
/// McNemar(wins: 12, losses: 4).pValue   // 0.0768…
/// ```
public struct McNemar: Sendable, Equatable {
    /// Rows that only the first model got right.
    public var wins: Int
    /// Rows that only the second one got right.
    public var losses: Int

    public init(wins: Int, losses: Int) {
        precondition(wins >= 0 && losses >= 0)
        self.wins = wins
        self.losses = losses
    }

    /// How likely a split at least as uneven is, either way, if both models were equally good: 2 P(X ≤ min(wins, losses))
    /// with X binomial of `wins` + `losses` fair trials, and at most 1.
    ///
    /// Sums the coefficients C(n, k) relative to the largest one, so that nothing overflows, nothing cancels, and no
    /// logarithm loses digits.
    ///
    /// - Complexity: O(wins + losses), in practice O(√(wins + losses)).
    public var pValue: Double {
        let n = wins + losses
        let few = min(wins, losses)
        if 2 * few >= n { return 1 }
        // From the middle outwards; with n odd the two coefficients in the middle are equal.
        var k = n / 2
        var coefficient = 1.0
        var half = 0.0
        var tail = 0.0
        while k >= 0, coefficient > 0 {
            half += 2 * k == n ? coefficient / 2 : coefficient
            if k <= few { tail += coefficient }
            coefficient *= Double(k) / Double(n - k + 1)
            k -= 1
        }
        return min(1, tail / half)
    }
}
