/// Keeps requests from a provider that answers none of them, and lets one through now and then to see whether it is back.
///
/// ```
/// closed ── so many failures in a row ──▶ open ── its time is over ──▶ half-open: one request
///   ▲                                      ▲                              │
///   └────────────── an answer ─────────────┼──────────────────────────────┤
///                                          └─────────── a failure ────────┘
/// ```
///
/// A row that has failed while others were answered, and fails again, says nothing of the provider as long as it is closed:
/// many such rows, when they are all that is left, are no outage.
///
/// Nothing is discarded meanwhile: what waits goes on waiting. After M. Nygard, "Release It!", 2nd ed. 2018, chapter 5.
/// Times in microseconds.
struct CircuitBreaker {
    private enum State {
        case closed
        case open(until: Int64)
        case halfOpen
    }

    /// Failures in a row after which it opens.
    static let threshold = 10

    private var state = State.closed
    private var failures = 0
    private var openings = 0

    var isClosed: Bool { if case .closed = state { true } else { false } }

    /// When a request may be sent: now, later, or, while one is trying, not at all.
    func earliest(now: Int64, inFlight: Int) -> Int64? {
        switch state {
        case .closed: now
        case .open(let until): max(now, until)
        case .halfOpen: inFlight == 0 ? now : nil
        }
    }

    /// A request is sent: after the time of being open it is the one that tries.
    mutating func sent(at now: Int64) {
        if case .open(let until) = state, now >= until { state = .halfOpen }
    }

    mutating func succeeded() {
        state = .closed
        failures = 0
        openings = 0
    }

    /// Notes a failure that may be the provider's.
    ///
    /// - Parameters:
    ///   - isSuspect: whether the row has failed before while others were answered.
    ///   - span: how long to stay open, in microseconds, for the number of the opening, from 1.
    mutating func failed(at now: Int64, isSuspect: Bool = false, span: (Int) -> Int64) {
        if isSuspect, isClosed { return }
        failures += 1
        switch state {
        case .open: break
        case .closed where failures < Self.threshold: break
        case .closed, .halfOpen:
            openings += 1
            state = .open(until: now + span(openings))
        }
    }
}
