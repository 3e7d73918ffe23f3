extension Interval {
    /// The interval of a share of successes (E. B. Wilson, JASA 22, 1927, DOI 10.1080/01621459.1927.10502953), without
    /// continuity correction.
    ///
    /// ```swift
    /// Interval.wilson(successes: 65, of: 100, confidence: 0.95)   // 0.5525… to 0.7364…
    /// ```
    ///
    /// With p = successes / n and z the normal quantile of (1 + confidence) / 2:
    ///
    /// ```
    /// (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
    /// ```
    ///
    /// - Precondition: `trials` > 0, `successes` between 0 and `trials`, `confidence` between 0 and 1.
    public static func wilson(successes: Int, of trials: Int, confidence: Double) -> Interval {
        precondition(trials > 0 && (0...trials).contains(successes))
        let n = Double(trials)
        let p = Double(successes) / n
        let z = normalQuantile((1 + confidence) / 2)
        let centre = p + z * z / (2 * n)
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        // At the ends the formula gives exactly 0 and 1, but for rounding.
        return Interval(
            lower: successes == 0 ? 0 : (centre - half) / scale,
            upper: successes == trials ? 1 : (centre + half) / scale, confidence: confidence)
    }
}
