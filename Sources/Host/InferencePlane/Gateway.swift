import DataPlane
import Synchronization

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
    private let inbox: Inbox
    private let clock: GatewayClock
    private let thread: ServiceThread
    private let isJoined = Mutex(false)

    /// Fetches the keys, opens reply store and replay files, and starts.
    ///
    /// - Parameters:
    ///   - replyStorePath: where replies are kept; the file is made when it is not there, its folder is not. Not used when
    ///     all providers are of kind `replay`.
    ///   - ledgerPath: where it is kept what each role has spent; nil to keep it in memory only.
    ///   - events: gets the events of Docs/specs/run-directory.md that concern providers and replies, on the gateway's thread.
    /// - Throws: ``Failure``: a key or file is missing, a replay file is wrong, the store is damaged, locked or not writable.
    public init(
        _ config: ProviderConfig, replyStorePath: String, ledgerPath: String? = nil, events: any EventSink
    ) throws(Failure) {
        let clock = GatewayClock()
        let http = try HTTPClient()
        let inbox = Inbox(bell: http.bell)
        let needsStore = config.providers.contains { if case .openai = $0.kind { true } else { false } }
        let store = needsStore ? try ReplyStore(path: replyStorePath) : nil
        let loop = try GatewayLoop(
            config, store: store, ledger: try Ledger(path: ledgerPath), http: http, inbox: inbox, clock: clock,
            events: events)
        self.inbox = inbox
        self.clock = clock
        let handover = Handover(loop)
        thread = ServiceThread(name: "gateway") { handover.take()?.run() }
    }

    deinit {
        inbox.stop(by: 0)
        join()
    }

    /// Waits for the end of the thread; several threads may.
    private func join() {
        isJoined.withLock { isJoined in
            if !isJoined { thread.join() }
            isJoined = true
        }
    }

    public func submit(_ request: CompletionRequest, completion: @escaping @Sendable ([CompletionOutcome]) -> Void) {
        let submission = Submission(request: request, completion: completion)
        if let reason = inbox.put(submission) { submission.deferAll(reason) }
    }

    public func admission(role: String) -> Int { inbox.admission(role) }

    /// Ends in good order: what waits is deferred, what is in flight gets its time, and then the thread ends.
    ///
    /// Blocks until then. All completions have been called when it returns. Not to be called from a completion.
    ///
    /// - Parameter drainSeconds: how long requests in flight may go on; what is not answered by then is deferred.
    public func shutdown(drainSeconds: Double) {
        inbox.stop(by: clock.now + Int64(max(0, min(drainSeconds, 1e9)) * 1e6))
        join()
    }

    /// Ends at once without waiting: everything unanswered is deferred, on the gateway's thread.
    public func cancel() { inbox.stop(by: 0) }
}
