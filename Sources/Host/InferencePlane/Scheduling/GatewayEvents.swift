import DataPlane

/// Writes the gateway's events: ids, times and counts; never text of a sample, a reply or a key.
struct GatewayEvents {
    let sink: any EventSink

    /// One HTTP request, at its end. Times in microseconds since the gateway's start.
    func requested(_ flight: GatewayLoop.Flight, result: HTTPClient.Result, response: ChatResponse?, until end: Int64) {
        var members = common(flight.question, flight.provider.config, candidates: flight.candidates.count)
        members += [
            ("start_us", .int(flight.startedAt)), ("end_us", .int(end)), ("status", .int(Int64(result.status))),
            ("attempt", .int(Int64(flight.question.troubles.attempts))),
        ]
        if !flight.shape.changes.isEmpty {
            members.append(("shaped", .array(flight.shape.names.map { .string($0) })))
        }
        if let failure = result.failure { members.append(("failure", .string(failure.rawValue))) }
        if let response {
            if let tokens = response.promptTokens { members.append(("prompt_tokens", .int(tokens))) }
            if let tokens = response.completionTokens { members.append(("completion_tokens", .int(tokens))) }
            if response.countsFirstChoiceOnly { members.append(("counts_first_choice_only", true)) }
            if let model = response.model, model != flight.provider.config.model {
                members.append(("answered_as", .string(model)))
            }
        }
        members += [("cached", false), ("replayed", false)]
        sink.record("request", members)
    }

    /// One question answered out of a replay file.
    func replayed(
        _ question: Question, _ provider: Provider, asked: Int, replies: [CompletionReply], from start: Int64,
        to end: Int64
    ) {
        var members = common(question, provider, candidates: asked)
        members += [
            ("start_us", .int(start)), ("end_us", .int(end)), ("status", .int(replies.count == asked ? 200 : 404)),
            ("attempt", 1),
        ]
        if let tokens = replies.first?.promptTokens { members.append(("prompt_tokens", .int(tokens))) }
        let counted = replies.compactMap(\.completionTokens)
        if !counted.isEmpty { members.append(("completion_tokens", .int(counted.reduce(0, +)))) }
        sink.record("request", members + [("cached", false), ("replayed", true)])
    }

    /// A sample, or some of its candidates, served out of the reply store; `provider` had answered them.
    ///
    /// - Parameter isCoalesced: the same question was under way, and its answers were taken.
    func cached(_ question: Question, provider: String, candidates: Int, isCoalesced: Bool = false) {
        let request = question.request
        sink.record(
            "reply_cached",
            [
                ("role", .string(request.role)), ("provider", .string(provider)),
                ("node", .string(request.trace.node)), ("sample_id", .string(request.trace.sampleID)),
                ("candidates", .int(Int64(candidates))),
            ] + (isCoalesced ? [("coalesced", true)] : []))
    }

    /// Nothing but failures for a while; once an outage.
    ///
    /// - Parameters:
    ///   - reason: without words of the provider.
    ///   - silent: for how long.
    ///   - longest: after how long it is given up.
    func silent(_ provider: ProviderState, _ reason: String, for silent: Int64, of longest: Int64) {
        sink.record(
            "provider_silent",
            [
                ("role", .string(provider.role)), ("provider", .string(provider.config.id)),
                ("reason", .string(reason)),
                ("silent_us", .int(silent)), ("given_up_after_us", .int(longest)),
            ])
    }

    /// The end of an outage that was told of.
    func back(_ provider: ProviderState) {
        sink.record(
            "provider_back", [("role", .string(provider.role)), ("provider", .string(provider.config.id))])
    }

    func paused(_ provider: ProviderState, _ reason: PauseReason) {
        sink.record(
            "provider_paused",
            [
                ("role", .string(provider.role)), ("provider", .string(provider.config.id)),
                ("reason", .string(reason.rawValue)),
            ])
    }

    /// A warning: another model answers than the one that was asked. Once a provider.
    func mistaken(_ provider: Provider, answeredAs model: String) {
        sink.record(
            "model_mismatch",
            [
                ("provider", .string(provider.id)), ("model", .string(provider.model)),
                ("answered_as", .string(model)),
            ])
    }

    /// A warning: an answer is counted with more tokens than its request can use. Once a provider.
    func overrun(_ provider: Provider, tokens: Int64, most: Int64) {
        sink.record(
            "usage_overrun",
            [("provider", .string(provider.id)), ("tokens", .int(tokens)), ("most_tokens", .int(most))])
    }

    func budgetReached(_ role: String) { sink.record("budget_reached", [("role", .string(role))]) }

    private func common(_ question: Question, _ provider: Provider, candidates: Int) -> [(String, JSONValue)] {
        let request = question.request
        var members: [(String, JSONValue)] = []
        // With all that a request adds to it.
        members.reserveCapacity(18)
        members += [
            ("role", .string(request.role)), ("provider", .string(provider.id)), ("model", .string(provider.model)),
            ("node", .string(request.trace.node)), ("sample_id", .string(request.trace.sampleID)),
            ("candidates", .int(Int64(candidates))),
        ]
        return members
    }
}
