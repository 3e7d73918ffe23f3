import DataPlane

/// Asks the providers: the engine's way to the models.
///
/// ```swift
/// let gateway = try Gateway(config, replyStorePath: "runs/replies.sqlite", events: sink)
/// gateway.submit(request) { outcomes in … }
/// gateway.shutdown(drainSeconds: 30)
/// ```
///
/// Every answer is in the reply store before its completion is called; what is there is never asked again. Completions
/// are called on the gateway's thread: they must be quick, and may submit.
public final class Gateway: Completer {
    private let mailbox: Mailbox
    private let clock: GatewayClock
    private let thread: GatewayThread

    /// Fetches the keys, opens reply store and replay files, and starts.
    ///
    /// - Parameters:
    ///   - replyStorePath: where replies are kept; the file is made when it is not there, its folder is not. Not used when
    ///     all providers are of kind `replay`.
    ///   - events: gets the events `request`, `reply_cached` and `provider_paused`, on the gateway's thread.
    /// - Throws: ``Failure``: a key or file is missing, a replay file is wrong, the store is damaged, locked or not writable.
    public init(_ config: ProviderConfig, replyStorePath: String, events: any EventSink) throws(Failure) {
        let clock = GatewayClock()
        let http = try HTTPClient()
        let mailbox = Mailbox(waking: http.wakeHandle)
        let needsStore = config.providers.contains { if case .openai = $0.kind { true } else { false } }
        let store = needsStore ? try ReplyStore(path: replyStorePath) : nil
        let loop = try GatewayLoop(config, store: store, http: http, mailbox: mailbox, clock: clock, events: events)
        self.mailbox = mailbox
        self.clock = clock
        thread = try GatewayThread { loop.run() }
    }

    deinit {
        mailbox.stop(by: 0)
        thread.join()
    }

    public func submit(_ request: CompletionRequest, completion: @escaping @Sendable ([CompletionOutcome]) -> Void) {
        let submission = Submission(request: request, canonical: CanonicalQuestion(request), completion: completion)
        if let reason = mailbox.put(submission) { submission.deferAll(reason) }
    }

    public func admission(role: String) -> Int { mailbox.admission(role) }

    /// Ends in good order: what waits is deferred, what is in flight gets its time, and then the thread ends.
    ///
    /// Blocks until then. All completions have been called when it returns. Not to be called from a completion.
    ///
    /// - Parameter drainSeconds: how long requests in flight may go on; what is not answered by then is deferred.
    public func shutdown(drainSeconds: Double) {
        mailbox.stop(by: clock.now + Int64(max(0, min(drainSeconds, 1e9)) * 1e6))
        thread.join()
    }

    /// Ends at once without waiting: everything unanswered is deferred, on the gateway's thread.
    public func cancel() { mailbox.stop(by: 0) }
}
