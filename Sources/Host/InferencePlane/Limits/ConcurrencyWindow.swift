/// How many requests may be under way at a provider: found out, not configured.
///
/// ```
/// opening   every success adds 1, so that the window doubles in a round trip, until an overload, the ceiling,
///           or a round that answered hardly more than the one before at half the size
/// steady    every success adds 1/size, so that the window grows by 1 in a round trip
/// overload  the window shrinks to 0.7 of its size, once for all requests that were under way
/// ```
///
/// An overload is more than an eighth of a round turned away. Fewer are no sign of it: shrinking for each of them, a provider
/// that turns away one request in twenty, whatever comes, would be asked by five at a time.
///
/// Additive increase and multiplicative decrease (D.-M. Chiu, R. Jain, "Analysis of the increase and decrease algorithms
/// for congestion avoidance in computer networks", 1989, doi:10.1016/0169-7552(89)90019-6) with the slow start of TCP
/// (RFC 5681, section 3.1). Times in microseconds.
struct ConcurrencyWindow {
    private(set) var size: Double
    let ceiling: Int
    private var isOpening = true
    /// Requests sent before this have told what they can about overload.
    private var cutAt: Int64 = .min
    private var round: Round?
    private var lastRound: (rate: Double, size: Double)?
    /// Answers and refusals since as many as the window has places were counted last.
    private var answered = 0.0
    private var turnedAway = 0.0

    /// As many answers as the window had places when the round began.
    private struct Round {
        var startedAt: Int64
        var size: Double
        var answers = 0.0
    }

    private static let shrinkage = 0.7
    private static let overloadShare = 1.0 / 8
    /// A round of twice the size that answers less than this much faster shows that the provider is full.
    private static let worthwhileGain = 1.15

    /// - Parameters:
    ///   - start: the size to begin with.
    ///   - ceiling: the largest size.
    init(start: Int, ceiling: Int) {
        self.ceiling = max(ceiling, 1)
        size = Double(min(max(start, 1), self.ceiling))
    }

    /// How many requests may be under way.
    var places: Int { Int(size) }

    /// Notes an answer.
    ///
    /// - Parameter wasFull: whether all places were taken: a window that nobody needs tells nothing by being kept.
    mutating func succeeded(at now: Int64, wasFull: Bool) {
        answered += 1
        forgetWholeRound()
        guard wasFull else {
            round = nil
            return
        }
        guard isOpening else {
            size = min(size + 1 / size, Double(ceiling))
            return
        }
        size = min(size + 1, Double(ceiling))
        var current = round ?? Round(startedAt: now, size: size)
        current.answers += 1
        round = current
        if current.answers >= current.size { close(current, at: now) }
    }

    /// Notes that the provider had too much: 429, 503, 529, a time-out, a refused connection.
    ///
    /// - Parameter sentAt: when the request that failed was sent.
    mutating func overloaded(at now: Int64, sentAt: Int64) {
        guard sentAt > cutAt else { return }
        turnedAway += 1
        guard turnedAway > size * Self.overloadShare else { return forgetWholeRound() }
        cutAt = now
        isOpening = false
        size = max(1, size * Self.shrinkage)
        (answered, turnedAway) = (0, 0)
    }

    private mutating func forgetWholeRound() {
        if answered + turnedAway >= size { (answered, turnedAway) = (0, 0) }
    }

    private mutating func close(_ current: Round, at now: Int64) {
        let rate = current.answers / Double(max(now - current.startedAt, 1))
        if let lastRound, current.size > lastRound.size * 1.5, rate < lastRound.rate * Self.worthwhileGain {
            isOpening = false
            size = max(1, lastRound.size)
        }
        lastRound = (rate, current.size)
        round = Round(startedAt: now, size: size)
    }
}
