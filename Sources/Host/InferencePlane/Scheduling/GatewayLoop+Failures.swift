import DataPlane

extension GatewayLoop {
    /// Decides what a failed request means for its question and for the provider.
    ///
    /// - Parameter words: what happened, in the provider's words where there are some.
    func fail(
        _ flight: Flight, _ scope: FailureScope, words: String, result: HTTPClient.Result, retry: RetryPolicy,
        at now: Int64
    ) {
        switch scope {
        case .row("request_rejected") where flight.provider.isUntried && flight.question.request.inputs == nil:
            flight.provider.refusals.hold(.init(flight: flight, words: words))
        case .row(let code):
            noteAnswer(of: flight.provider, at: now)
            reject(flight, code, words)
        case .provider(let reason):
            pause(flight.provider, reason, words)
            route(flight.question)
        case .passing(let blamesRow):
            // What was not answered has used nothing.
            flight.provider.rates.settle(taken: flight.estimatedTokens, used: 0)
            pass(flight, blamesRow: blamesRow, words: words, result: result, retry: retry, at: now)
        }
    }

    /// Finds out whose fault the first refusals of providers are, when it can be told.
    func judgeRefusals() {
        for provider in providers where !provider.refusals.held.isEmpty {
            if ending != nil || provider.pause != nil || exhausted[provider.role] != nil {
                for refusal in provider.refusals.release() { route(refusal.flight.question) }
                continue
            }
            switch provider.verdictOnRefusals {
            case .open: continue
            case .provider: pause(provider, .refusesAll, provider.refusals.held[0].words)
            case .rows:
                if !provider.refusals.areAlike { noteAnswer(of: provider, at: clock.now) }
                for refusal in provider.refusals.release() { reject(refusal.flight, "request_rejected", refusal.words) }
            }
        }
    }

    /// A failure that may pass: tries again later, unless it has lasted long enough to say whose fault it is.
    private func pass(
        _ flight: Flight, blamesRow: Bool, words: String, result: HTTPClient.Result, retry: RetryPolicy, at now: Int64
    ) {
        let (question, provider) = (flight.question, flight.provider)
        let isSuspect = blamesRow && question.troubles.failingSince.map { provider.hasSucceeded(since: $0) } ?? false
        question.troubles.failures += 1
        question.troubles.wasCutOff = result.failure == .broken
        if blamesRow { question.troubles.blamed += 1 }
        let troubledSince = question.troubles.startedAt ?? flight.startedAt
        let failingSince = question.troubles.failingSince ?? now
        question.troubles.startedAt = troubledSince
        question.troubles.failingSince = failingSince

        let giveUp = retry.giveUpAfterMilliseconds * 1000
        // No date of a header is trusted to be small enough to multiply.
        let pleaMilliseconds = result.rates.retryAfterSeconds.map { min($0, 1_000_000_000) * 1000 }
        let plea = (pleaMilliseconds ?? 0) * 1000
        let providerFailingSince = provider.failed(
            at: now, sentAt: flight.startedAt, isOverload: !blamesRow || result.failure == .timeout,
            isSuspect: isSuspect, plea: plea > 0 ? now + plea : nil,
            span: { opening in
                // Between half and all of the back-off, so that it is not tried at once.
                let longest = retry.longestDelay(failures: opening) * 1000
                return longest / 2 + Int64.random(in: 0...longest / 2)
            })

        let silent = now - providerFailingSince
        if !provider.isToldOf, silent >= retry.tellAfterMilliseconds * 1000 {
            provider.isToldOf = true
            let status = (200..<300).contains(result.status) ? "its responses are no answers" : "HTTP \(result.status)"
            let reason = result.failure.map { "the request \($0.sentence)" } ?? status
            events.silent(provider, reason, for: silent, of: giveUp)
        }
        if ending != nil || provider.pause != nil || exhausted[provider.role] != nil {
            route(question)
        } else if silent >= giveUp || plea > giveUp {
            pause(provider, result.status > 0 || blamesRow ? .overloaded : .unreachable, words)
            route(question)
        } else if question.troubles.blamed >= retry.attempts, provider.hasSucceeded(since: troubledSince) {
            let times = question.troubles.blamed
            reject(
                flight, "provider_error", "failed \(times) times while other requests were answered; the last: \(words)"
            )
        } else if !blamesRow, now - failingSince >= giveUp {
            let id = provider.config.id
            close(question, .deferred(reason: "provider '\(id)' had no room for the request for too long (\(words))"))
        } else {
            let delay = retry.delay(
                failures: question.troubles.failures, retryAfterMilliseconds: pleaMilliseconds, using: &random)
            retries.add(question, at: now + delay * 1000)
        }
    }

    /// An answer, or a refusal of a row, which is one too.
    func noteAnswer(of provider: ProviderState, at now: Int64) {
        provider.succeeded(at: now)
        guard provider.isToldOf else { return }
        provider.isToldOf = false
        events.back(provider)
    }

    private func reject(_ flight: Flight, _ code: String, _ detail: String) {
        let provider = flight.provider.config
        let areTexts = flight.question.request.inputs != nil
        if areTexts, flight.candidates.count > 1 {
            // One of them is at fault, and nobody says which.
            flight.question.askForFewer(than: flight.candidates.count)
            return route(flight.question)
        }
        defer {
            if areTexts {
                flight.question.askForMore()
                route(flight.question)
            }
        }
        for candidate in areTexts ? flight.candidates : flight.question.missing {
            receive(
                RecordedAnswer(code: code, detail: detail, providerID: provider.id, model: provider.model),
                for: candidate, of: flight.question, from: flight.provider)
        }
    }

    /// Asks a provider nothing more, and sends what waits for it to the next one.
    private func pause(_ provider: ProviderState, _ reason: PauseReason, _ words: String) {
        guard provider.pause == nil else { return }
        provider.pause(
            .init(reason: reason, sentence: "provider '\(provider.config.id)' \(reason.sentence) (\(words))"))
        events.paused(provider, reason)
        publishAdmission()
        let waiting = provider.takeQueue() + retries.remove { $0.provider === provider }
        waiting.forEach(route)
    }
}
