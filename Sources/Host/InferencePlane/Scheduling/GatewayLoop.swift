import DataPlane

/// The gateway's inside: everything that happens on its one thread.
///
/// ```
/// submit ─ inbox ─▶ intake ──▶ reply store ──▶ answered
///                       │ not recorded
///                       ▼
///                    queue of a provider ──▶ request ──▶ answer ──▶ recorded ──▶ answered
///                       ▲                       │
///                       └── timer ◀── may pass ─┤
///                       └── next provider ◀─────┘ provider's fault
/// ```
///
/// A turn takes what came in, moves all requests on, and writes down the answers that came. Those who asked are told when the
/// answers are committed: at once, or a moment later with others while more questions wait to be sent.
final class GatewayLoop {
    /// A request under way.
    struct Flight {
        var question: Question
        var provider: ProviderState
        var candidates: [Int]
        var startedAt: Int64
        /// The worst it can cost, reserved.
        var cost: RequestCost
        var reservation: Ledger.Reservation
        var shape: RequestShape
        /// What was taken from the rate limits.
        var estimatedTokens: Double
        /// Of the response, when it was last looked at.
        var bodyBytes = 0
    }

    struct RoleState {
        var members: [ProviderState]
        var weights: [UInt64]
    }

    static let stopReason = "the run was stopped before this was answered"
    /// Replies read from files in one turn, so that callbacks come in time.
    static let replayedPerTurn = 256
    /// Requests to one provider that leave in one turn. To open a thousand connections takes up to a tenth of a second, in which
    /// no answer is taken.
    static let sentPerTurn = 16
    /// How long an answer may wait for others to be committed with, and how many there may be.
    static let gatherMicroseconds: Int64 = 20_000
    static let mostGathered = 256

    let config: ProviderConfig
    let clock: GatewayClock
    let inbox: Inbox
    let events: GatewayEvents
    let http: HTTPClient
    let store: ReplyStore?
    let ledger: Ledger
    let parser = JSONParser()
    /// Of all roles; those that ask the same provider have one each.
    let providers: [ProviderState]
    let roles: [String: RoleState]
    /// Open questions that another one like them can wait for.
    var leaders: [Question.Identity: Question] = [:]

    var flights: [Int: Flight] = [:]
    var nextFlight = 1
    var retries = TimerQueue<Question>()
    var random = SystemRandomNumberGenerator()
    /// Answers that are not committed yet, and who waits for each: nobody for one that did not fit its schema, which is
    /// recorded so that it is not paid for again.
    var entries: [ReplyStore.Entry] = []
    var unrecorded: [(question: Question, candidate: Int)?] = []
    /// Recorded answers that were used.
    var uses: [ReplyStore.Use] = []
    /// How many of the answers are written down, so that they cannot be lost.
    var keptEntries = 0
    /// By when they have to be committed.
    var commitDue: Int64?
    /// Providers of which it has been told that they answer as another model.
    var mistaken: Set<String> = []
    /// Providers of which it has been told that they count more tokens than a request can use.
    var overrunning: Set<String> = []
    /// Questions that may be done when this turn is recorded.
    var touched: [Question] = []
    /// Requests of this turn that are sent when their reservations are written down.
    var unsent: [(id: Int, site: HTTPSite, headers: [String], body: [UInt8], onNewConnection: Bool)] = []
    /// Roles whose next request waits until one under way has cost less than it may.
    var waitingForBudget: Set<String> = []
    /// Roles that have used up their budget, and the sentence for it.
    var exhausted: [String: String] = [:]
    /// Why nothing more is asked at all.
    var ending: String?
    private var stopBy: Int64?

    init(
        _ config: ProviderConfig, store: ReplyStore?, ledger: Ledger, http: HTTPClient, inbox: Inbox,
        clock: GatewayClock,
        events: any EventSink
    ) throws(Failure) {
        self.config = config
        self.clock = clock
        self.inbox = inbox
        self.store = store
        self.ledger = ledger
        self.http = http
        self.events = GatewayEvents(sink: events)
        var sources: [String: (config: Provider, source: ProviderState.Source, rates: RateLimits)] = [:]
        for provider in config.providers {
            let rates = RateLimits(
                requestsPerMinute: provider.endpoint?.requestsPerMinute,
                tokensPerMinute: provider.endpoint?.tokensPerMinute, now: clock.now)
            sources[provider.id] = (provider, try ProviderState.source(of: provider), rates)
        }
        var roles: [String: RoleState] = [:]
        for role in config.roles {
            let members = role.members.compactMap { member in
                sources[member.provider].map {
                    ProviderState($0.config, role: role.name, source: $0.source, rates: $0.rates)
                }
            }
            roles[role.name] = RoleState(members: members, weights: role.members.map(\.weight))
        }
        providers = config.roles.flatMap { roles[$0.name]?.members ?? [] }
        self.roles = roles
        http.keptConnections = providers.reduce(0) { $0 + $1.config.largestConcurrency }
        publishAdmission()
    }

    /// Runs until it is told to stop and nothing is under way.
    func run() {
        repeat {
            http.wait(milliseconds: waitingTime())
            let (submissions, stopBy) = inbox.take()
            take(submissions)
            if let stopBy { stop(by: stopBy) }
            releaseRetries()
            for result in http.perform() { finish(result) }
            judgeRefusals()
            cutSlowStarts()
            cutStalledBodies()
            keepAnswers()
            sendWaiting()
            settle()
            if flights.isEmpty { for provider in providers { provider.rest() } }
        } while ending == nil || !flights.isEmpty
        let reason = ending ?? Self.stopReason
        for late in inbox.close(because: reason) { late.deferAll(reason) }
    }

    /// Twice what can be under way, so that a provider never waits for the engine.
    func publishAdmission() {
        inbox.setAdmission(
            roles.mapValues { role in
                max(1, role.members.reduce(0) { $0 + ($1.pause == nil ? 2 * $1.config.largestConcurrency : 0) })
            })
    }

    private func stop(by time: Int64) {
        stopBy = time
        end(because: Self.stopReason)
        guard clock.now >= time else { return }
        dropUnsent(because: Self.stopReason)
        for id in flights.keys.sorted() {
            if let result = http.abort(id: id, because: .stopped) { finish(result) }
        }
    }

    /// Asks nothing more; what is in flight may still be answered.
    func end(because reason: String) {
        if ending == nil { ending = reason }
        let waiting = retries.remove { _ in true } + providers.flatMap { $0.takeQueue() }
        for question in waiting { close(question, .deferred(reason: reason)) }
    }

    private func releaseRetries() {
        while let question = retries.pop(until: clock.now) { question.provider?.enqueue(question, isRetry: true) }
    }

    private func cutSlowStarts() {
        for provider in providers {
            while let (flight, due) = provider.firstBytes.first {
                let isWaiting = flights[flight] != nil && !http.hasFirstByte(id: flight)
                if isWaiting, due > clock.now { break }
                _ = provider.firstBytes.popFirst()
                if isWaiting {
                    if let result = http.abort(id: flight, because: .timeout) { finish(result) }
                } else {
                    watchBody(flight, of: provider)
                }
            }
        }
    }

    /// Ends requests whose response has begun and then stopped.
    private func cutStalledBodies() {
        for provider in providers {
            while let (flight, due) = provider.bodies.first, flights[flight] == nil || due <= clock.now {
                _ = provider.bodies.popFirst()
                guard let bytes = http.bodyBytes(id: flight) else { continue }
                if bytes > flights[flight]?.bodyBytes ?? 0 {
                    watchBody(flight, of: provider)
                } else if let result = http.abort(id: flight, because: .timeout) {
                    finish(result)
                }
            }
        }
    }

    private func watchBody(_ flight: Int, of provider: ProviderState) {
        guard let bytes = http.bodyBytes(id: flight), let endpoint = provider.config.endpoint else { return }
        flights[flight]?.bodyBytes = bytes
        provider.bodies.append((flight, clock.now + endpoint.timeouts.stallMilliseconds * 1000))
    }

    private func sendWaiting() {
        for provider in providers {
            if case .recorded(let file) = provider.source {
                for _ in 0..<Self.replayedPerTurn {
                    guard let question = provider.dequeue() else { break }
                    replay(question, from: file, of: provider)
                }
                continue
            }
            var sent = 0
            while sent < Self.sentPerTurn, let time = provider.earliest(now: clock.now), time <= clock.now,
                let question = provider.next, let cost = affordable(question, of: provider)
            {
                sent += 1
                _ = provider.dequeue()
                send(question, to: provider, cost: cost)
            }
        }
        startUnsent()
    }

    /// Milliseconds until something is due, rounded up; at most a minute.
    private func waitingTime() -> Int32 {
        let now = clock.now
        var due = min(retries.earliest ?? .max, stopBy ?? .max, commitDue ?? .max, now + 60_000_000)
        for provider in providers {
            if provider.isReplay, provider.hasQueue { return 0 }
            if let first = provider.firstBytes.first { due = min(due, first.due) }
            if let first = provider.bodies.first { due = min(due, first.due) }
            if !provider.isReplay, !waitingForBudget.contains(provider.role), let time = provider.earliest(now: now) {
                due = min(due, time)
            }
        }
        return Int32((max(0, due - now) + 999) / 1000)
    }
}
