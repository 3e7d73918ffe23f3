import DataPlane

/// What the gateway knows of a provider in one role while it runs. Lives on the gateway's thread.
///
/// Two roles that ask the same provider have a state each, so that neither waits for the other's places, nor is stopped by
/// the other's failures; only the provider's own rates are counted together.
final class ProviderState {
    /// Where answers come from.
    enum Source {
        case site(Sites, Endpoint, Secret?)
        case recorded(ReplayFile)
    }

    /// The URLs of a provider.
    struct Sites {
        let chat: HTTPSite
        let embeddings: HTTPSite
    }

    /// Why nothing more is asked.
    struct Pause {
        var reason: PauseReason
        /// One sentence for the outcome of the rows.
        var sentence: String
    }

    let config: Provider
    let role: String
    let source: Source
    let rates: RateLimits
    private(set) var pause: Pause?

    /// Questions that wait for their next attempt now; they go before new ones.
    private var again = Fifo<Question>()
    /// Those among them that failed while others were answered, so that they can be to blame.
    private var suspected = Fifo<Question>()
    private var fresh = Fifo<Question>()
    /// Requests under way.
    var inFlight = 0
    private var window: ConcurrencyWindow
    private var breaker = CircuitBreaker()
    /// When the provider gave its last usable answer.
    private(set) var lastSuccess: Int64?
    /// Since when it has given none but failures.
    private(set) var failingSince: Int64?
    /// Whether that was told.
    var isToldOf = false
    /// What it refused before it answered anything.
    var refusals = Refusals()
    /// Pleas to wait since its last usable answer.
    private var pleas = 0
    /// It asked for nothing before this.
    private var notBefore: Int64 = 0
    /// Requests in the order of their start, with the time at which their first byte is due.
    var firstBytes = Fifo<(flight: Int, due: Int64)>()
    /// Requests whose response has begun, with the time at which more of it is due.
    var bodies = Fifo<(flight: Int, due: Int64)>()

    init(_ config: Provider, role: String, source: Source, rates: RateLimits) {
        self.config = config
        self.role = role
        self.source = source
        self.rates = rates
        window = ConcurrencyWindow(start: config.startingConcurrency, ceiling: config.largestConcurrency)
    }

    /// Fetches the key or opens the replay file.
    ///
    /// - Throws: ``Failure`` when either is missing or unusable.
    static func source(of config: Provider) throws(Failure) -> Source {
        switch config.kind {
        case .replay(let file): return .recorded(try ReplayFile(file, provider: config))
        case .openai(let endpoint):
            let secret = try endpoint.apiKey?.resolve(for: config.id)
            let headers = secret.map { [$0.authorizationHeader] } ?? []
            let site = { (path: String) throws(Failure) in
                try HTTPSite(url: endpoint.url(of: path), headers: headers, timeouts: endpoint.timeouts)
            }
            let sites = try Sites(chat: site("/chat/completions"), embeddings: site("/embeddings"))
            return .site(sites, endpoint, secret)
        }
    }

    /// Whether it has neither answered anything nor failed.
    var isUntried: Bool { lastSuccess == nil && failingSince == nil }

    var verdictOnRefusals: Refusals.Verdict {
        isUntried ? refusals.verdict(inFlight: inFlight, hasQueue: hasQueue) : .rows
    }

    var isReplay: Bool { if case .recorded = source { true } else { false } }
    var hasQueue: Bool { next != nil }
    /// What ``dequeue()`` would give.
    var next: Question? {
        breaker.isClosed
            ? suspected.first ?? again.first ?? fresh.first : again.first ?? fresh.first ?? suspected.first
    }

    /// When the next question may be sent: now, later, or not before a request under way has ended.
    func earliest(now: Int64) -> Int64? {
        guard pause == nil, inFlight < window.places, !(isUntried && refusals.areMany), let next,
            let time = breaker.earliest(now: now, inFlight: inFlight)
        else { return nil }
        return max(time, notBefore, rates.earliest(tokens: next.estimatedTokens, now: now))
    }

    func enqueue(_ question: Question, isRetry: Bool) {
        if !isRetry {
            fresh.append(question)
        } else if question.troubles.startedAt.map(hasSucceeded) ?? false {
            suspected.append(question)
        } else {
            again.append(question)
        }
    }

    /// In an outage those go first that nobody can blame for it: it is no row's fault that it was tried then.
    func dequeue() -> Question? {
        breaker.isClosed
            ? suspected.popFirst() ?? again.popFirst() ?? fresh.popFirst()
            : again.popFirst() ?? fresh.popFirst() ?? suspected.popFirst()
    }

    func takeQueue() -> [Question] {
        suspected.removeAll() + again.removeAll() + fresh.removeAll() + refusals.release().map(\.flight.question)
    }

    func sent(_ question: Question, at now: Int64) {
        inFlight += 1
        breaker.sent(at: now)
        rates.take(tokens: question.estimatedTokens)
    }

    /// Notes an answer, or a refusal of a row, which is one too. To be told while the request still counts as under way.
    func succeeded(at now: Int64) {
        lastSuccess = now
        failingSince = nil
        pleas = 0
        breaker.succeeded()
        window.succeeded(at: now, wasFull: inFlight >= window.places && hasQueue)
    }

    /// Notes a failure that may pass.
    ///
    /// - Parameters:
    ///   - isOverload: whether it says that there were too many requests.
    ///   - isSuspect: whether the row has failed before while others were answered.
    ///   - plea: until when the provider asks to be left alone. One alone, among answers, holds its own question only.
    /// - Returns: since when there has been nothing but failures.
    func failed(
        at now: Int64, sentAt: Int64, isOverload: Bool, isSuspect: Bool, plea: Int64?, span: (Int) -> Int64
    ) -> Int64 {
        if isOverload { window.overloaded(at: now, sentAt: sentAt) }
        breaker.failed(at: now, isSuspect: isSuspect, span: span)
        if let plea {
            pleas += 1
            if pleas > 1 { notBefore = max(notBefore, plea) }
        }
        let since = failingSince ?? now
        failingSince = since
        return since
    }

    /// Whether somebody got an answer after a point in time.
    func hasSucceeded(since time: Int64) -> Bool { lastSuccess.map { $0 >= time } ?? false }

    func pause(_ pause: Pause) { self.pause = pause }

    /// Lets go what only requests under way need.
    func rest() {
        guard case .site(let sites, _, _) = source else { return }
        sites.chat.rest()
        sites.embeddings.rest()
    }
}
