/// The 95 % interval of a proportion: where the true share lies that gave `successes` of `trials`.
///
/// ```swift
/// WilsonInterval(successes: 8, trials: 10)   // 0.490 … 0.943
/// ```
///
/// Unlike the share ± its standard error it stays within 0 and 1 and has a width also when all or none succeed. The score
/// interval without continuity correction: E. B. Wilson, Journal of the American Statistical Association 22(158), 1927,
/// doi:10.1080/01621459.1927.10502953.
public struct WilsonInterval: Sendable, Equatable {
    public let low: Double
    public let high: Double

    /// The 0.975 quantile of the normal distribution.
    private static let z = 1.959963984540054

    /// - Returns: nil without trials: nothing is known then.
    /// - Precondition: 0 ≤ successes ≤ trials.
    public init?(successes: Int, trials: Int) {
        precondition(successes >= 0 && successes <= trials)
        if trials == 0 { return nil }
        let count = Double(trials)
        let share = Double(successes) / count
        let spread = Self.z * Self.z / count
        let center = (share + spread / 2) / (1 + spread)
        let half = Self.z * ((share * (1 - share) + spread / 4) / count).squareRoot() / (1 + spread)
        low = successes == 0 ? 0 : max(0, center - half)
        high = successes == trials ? 1 : min(1, center + half)
    }
}
