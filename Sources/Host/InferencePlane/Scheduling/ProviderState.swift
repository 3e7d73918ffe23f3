import DataPlane

/// What the gateway knows of a provider while it runs. Lives on the gateway's thread.
final class ProviderState {
    /// Where answers come from.
    enum Source {
        case site(HTTPSite, Endpoint, Secret?)
        case recorded(ReplayFile)
    }

    /// Why nothing more is asked.
    struct Pause {
        var reason: PauseReason
        /// One sentence for the outcome of the rows.
        var sentence: String
    }

    let config: Provider
    let source: Source
    private(set) var pause: Pause?

    /// Questions that wait for their next attempt now; they go before new ones.
    private var again = Fifo<Question>()
    private var fresh = Fifo<Question>()
    /// Requests under way.
    var inFlight = 0
    /// When the provider gave its last usable answer.
    private(set) var lastSuccess: Int64?
    /// Since when it has given none but failures.
    private(set) var failingSince: Int64?
    /// It asked for nothing before this.
    private(set) var notBefore: Int64 = 0
    /// Requests in the order of their start, with the time at which their first byte is due.
    var firstBytes = Fifo<(flight: Int, due: Int64)>()

    /// Fetches the key or opens the replay file.
    ///
    /// - Throws: ``Failure`` when either is missing or unusable.
    init(_ config: Provider) throws(Failure) {
        self.config = config
        switch config.kind {
        case .replay(let file): source = .recorded(try ReplayFile(file, provider: config))
        case .openai(let endpoint):
            let secret = try endpoint.apiKey?.resolve(for: config.id)
            let headers = secret.map { [$0.authorizationHeader] } ?? []
            let site = HTTPSite(url: endpoint.chatURL, headers: headers, timeouts: endpoint.timeouts)
            source = .site(site, endpoint, secret)
        }
    }

    var isReplay: Bool { if case .recorded = source { true } else { false } }
    var hasQueue: Bool { !again.isEmpty || !fresh.isEmpty }

    /// Whether one more request may be sent now.
    func maySend(at now: Int64) -> Bool { pause == nil && inFlight < config.concurrency && now >= notBefore }

    func enqueue(_ question: Question, isRetry: Bool) {
        if isRetry { again.append(question) } else { fresh.append(question) }
    }

    func dequeue() -> Question? { again.popFirst() ?? fresh.popFirst() }

    func takeQueue() -> [Question] { again.removeAll() + fresh.removeAll() }

    func succeeded(at now: Int64) {
        lastSuccess = now
        failingSince = nil
    }

    /// Notes a failure that may pass. Returns since when there has been nothing else.
    func failed(at now: Int64, holdUntil: Int64) -> Int64 {
        notBefore = max(notBefore, holdUntil)
        let since = failingSince ?? now
        failingSince = since
        return since
    }

    /// Whether somebody got an answer after a point in time.
    func hasSucceeded(since time: Int64) -> Bool { lastSuccess.map { $0 >= time } ?? false }

    func pause(_ pause: Pause) { self.pause = pause }
}
