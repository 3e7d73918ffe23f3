import Glibc

/// The value below which a standard normal variable lies with the given probability.
///
/// ```swift
/// normalQuantile(0.975)   // 1.959963984540054
/// ```
///
/// Halves an interval until no double lies between its ends; the distribution function is that of the C library (`erfc`).
///
/// - Precondition: `probability` is between 0 and 1, both excluded.
func normalQuantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1)
    // Of the smaller tail, where the doubles lie closest.
    if probability > 0.5 { return -normalQuantile(1 - probability) }
    var (low, high) = (-40.0, 0.0)
    while true {
        let middle = (low + high) / 2
        if middle <= low || middle >= high { return high }
        if erfc(-middle / 2.0.squareRoot()) / 2 < probability { low = middle } else { high = middle }
    }
}
