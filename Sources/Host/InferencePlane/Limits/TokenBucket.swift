/// So much a minute, evenly: a bucket that fills at the rate of a limit and holds what comes in a short while.
///
/// A large bucket would let twice the limit through in the provider's first minute. What is taken beyond the level is
/// owed, so that one amount larger than the bucket passes when it is full. Times in microseconds.
struct TokenBucket {
    private(set) var perMinute: Double
    private var level: Double
    private var filledAt: Int64

    /// What the bucket holds, in seconds of its rate.
    private static let holdSeconds = 2.0

    init(perMinute: Int64, now: Int64) {
        self.perMinute = Double(max(perMinute, 1))
        level = 0
        filledAt = now
        level = capacity
    }

    private var capacity: Double { max(1, perMinute / 60 * Self.holdSeconds) }
    private var perMicrosecond: Double { perMinute / 60_000_000 }

    /// When an amount may be taken: now, or later.
    mutating func earliest(for amount: Double, now: Int64) -> Int64 {
        fill(until: now)
        let missing = min(amount, capacity) - level
        return missing <= 0 ? now : now + Int64((missing / perMicrosecond).rounded(.up))
    }

    mutating func take(_ amount: Double) { level -= amount }

    /// Gives back what was taken and not used.
    mutating func giveBack(_ amount: Double) { level = min(level + amount, capacity) }

    /// The provider says another rate.
    mutating func change(perMinute: Int64, now: Int64) {
        fill(until: now)
        self.perMinute = Double(max(perMinute, 1))
        level = min(level, capacity)
    }

    private mutating func fill(until now: Int64) {
        if now > filledAt { level = min(level + Double(now - filledAt) * perMicrosecond, capacity) }
        filledAt = max(filledAt, now)
    }
}
