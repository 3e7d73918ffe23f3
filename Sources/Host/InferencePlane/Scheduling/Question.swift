import DataPlane

/// A submitted question on its way through the gateway. Lives on the gateway's thread.
final class Question {
    let submission: Submission
    /// The role's providers in the order in which this sample asks them.
    let chain: [ProviderState]
    /// By candidate; what stands there first is never seen.
    private var outcomes: [CompletionOutcome]
    /// Candidates that nobody has answered yet, in order.
    private(set) var missing: [Int]
    /// Candidates whose answer waits to be recorded.
    private var unrecorded = 0
    /// By candidate, how many answers did not fit its schema; those are recorded too.
    var misfits: [Int: Int] = [:]
    /// How many vectors a request asks for at most; fewer after each refusal of several.
    private var largestRequest = Int.max
    private(set) var isCompleted = false
    /// Tokens that a request for the missing candidates will take, roughly, for the rate limits: four bytes a token of the
    /// prompt, and all that the answers may have.
    private(set) var estimatedTokens = 0.0
    /// The same question asked by others meanwhile; they get its outcomes.
    var followers: [Question] = []

    /// How it went with the provider that is being asked.
    struct Troubles {
        /// HTTP requests sent.
        var attempts = 0
        /// Failures in a row, for the back-off.
        var failures = 0
        /// Failures that the question itself can have caused.
        var blamed = 0
        /// The last failure may be that of a connection which others had used and the provider had closed.
        var wasCutOff = false
        /// When the first request of these was sent, and when it had failed.
        var startedAt: Int64?
        var failingSince: Int64?

        mutating func forget() { self = Troubles(attempts: attempts) }
    }

    var troubles = Troubles()
    /// Who is being asked now.
    var provider: ProviderState?

    init(_ submission: Submission, chain: [ProviderState]) {
        self.submission = submission
        self.chain = chain
        let count = max(submission.request.decode.candidates, 0)
        outcomes = Array(repeating: .deferred(reason: "not answered"), count: count)
        missing = Array(0..<count)
        estimate()
    }

    private func estimate() {
        if let inputs = request.inputs {
            estimatedTokens = Double(missing.reduce(0) { $0 + inputs[$1].utf8.count } / 4)
            return
        }
        let perAnswer = request.decode.parameters["max_tokens"]?.int ?? 0
        estimatedTokens =
            Double(submission.canonical.messages.utf8.count / 4) + Double(perAnswer) * Double(missing.count)
    }

    var request: CompletionRequest { submission.request }

    /// How requests for what is missing are made to fit a provider.
    func shape(for provider: Provider) -> RequestShape {
        request.inputs == nil
            ? RequestShape(request, for: provider.capabilities, wanted: missing.count) : .none
    }

    /// The candidates that the next request to a provider asks for.
    func next(for provider: Provider) -> [Int] {
        Array(missing.prefix(shape(for: provider).has(.choices) ? 1 : largestRequest))
    }

    /// Several texts were refused together, for one of them or because there are too many: from now on half as many are asked
    /// for at once.
    func askForFewer(than count: Int) {
        largestRequest = max(1, count / 2)
        troubles.forget()
    }

    /// The text that was at fault has been found.
    func askForMore() { largestRequest = .max }

    /// An answer came for a candidate; it counts once ``settle(_:_:)`` is told that it is recorded.
    func receive(_ candidate: Int) {
        missing.removeAll { $0 == candidate }
        unrecorded += 1
        estimate()
    }

    func settle(_ candidate: Int, _ outcome: CompletionOutcome) {
        outcomes[candidate] = outcome
        unrecorded -= 1
    }

    /// Ends all open candidates alike, with nothing to record.
    func close(_ outcome: CompletionOutcome) {
        for candidate in missing { outcomes[candidate] = outcome }
        missing = []
    }

    /// Hands the outcomes to the one who asked, once.
    ///
    /// - Returns: the questions that waited for this one, which are done now too.
    func completeIfDone() -> [Question] {
        guard missing.isEmpty, unrecorded == 0, !isCompleted else { return [] }
        isCompleted = true
        submission.completion(outcomes)
        for follower in followers { follower.adopt(outcomes) }
        defer { followers = [] }
        return followers
    }

    /// Takes the outcomes of the same question.
    private func adopt(_ others: [CompletionOutcome]) {
        for candidate in missing { outcomes[candidate] = others[candidate] }
        missing = []
    }

    /// The candidates with replies, by who gave them.
    var repliesByProvider: [String: Int] {
        var counts: [String: Int] = [:]
        for case .reply(let reply) in outcomes { counts[reply.providerID, default: 0] += 1 }
        return counts
    }

    /// What makes another question the same as this one, while both are open.
    struct Identity: Hashable {
        var role: String
        /// Of the first candidate (of texts, all) with each provider, in the order in which they are asked.
        var keys: [ReplyKey]
        var candidates: Int
    }

    private(set) lazy var identity = Identity(
        role: request.role,
        keys: chain.flatMap { provider in
            (request.inputs?.indices ?? 0..<1).map { key(of: provider, candidate: $0) }
        }, candidates: outcomes.count)

    /// - Parameter misfit: which of the answers that did not fit the schema, from 1 on; 0 for the answer that counts.
    func key(of provider: ProviderState, candidate: Int, misfit: Int = 0) -> ReplyKey {
        key(provider.config.keyID, provider, candidate, misfit)
    }

    /// The key under which exports list the answer: with no provider id.
    func replayKey(of provider: ProviderState, candidate: Int, misfit: Int = 0) -> ReplyKey {
        key("", provider, candidate, misfit)
    }

    /// Keys that were asked for before: most are needed again when the answer is there.
    private var keys: [(providerID: String, provider: ProviderState, candidate: Int, misfit: Int, key: ReplyKey)] = []

    private func key(_ providerID: String, _ provider: ProviderState, _ candidate: Int, _ misfit: Int) -> ReplyKey {
        if let inputs = request.inputs {
            return ReplyKey(
                providerID: providerID, model: provider.config.model, revision: provider.config.revision,
                embedding: inputs[candidate])
        }
        if let known = keys.first(where: {
            $0.provider === provider && $0.candidate == candidate && $0.misfit == misfit && $0.providerID == providerID
        }) {
            return known.key
        }
        let key = ReplyKey(
            providerID: providerID, model: provider.config.model, revision: provider.config.revision,
            question: submission.canonical, candidate: candidate,
            round: misfit == 0 ? request.round : SchemaCheck.round(of: misfit, in: request.round))
        keys.append((providerID, provider, candidate, misfit, key))
        return key
    }
}
