import DataPlane

extension GatewayLoop {
    /// What a response says.
    private enum Reading {
        case answer(ChatResponse)
        /// With the provider's words, without the key.
        case failure(FailureScope, String)
    }

    func send(_ question: Question, to provider: ProviderState, cost: RequestCost) {
        guard case .site(let sites, let endpoint, _) = provider.source else { return }
        let shape = question.shape(for: provider.config)
        let candidates = question.next(for: provider.config)
        let envelope = Envelope(
            providerID: provider.config.id, model: provider.config.model, request: question.request,
            messages: question.submission.canonical.messages, candidates: candidates, shape: shape,
            misfits: candidates.first.flatMap { question.misfits[$0] } ?? 0)
        let id = nextFlight
        nextFlight += 1
        question.troubles.attempts += 1
        let now = clock.now
        provider.sent(question, at: now)
        flights[id] = Flight(
            question: question, provider: provider, candidates: candidates, startedAt: now, cost: cost,
            reservation: ledger.reserve(cost.worst, for: provider.role), shape: shape,
            estimatedTokens: question.estimatedTokens)
        provider.firstBytes.append((id, now + endpoint.timeouts.firstByteMilliseconds * 1000))
        let site = question.request.inputs == nil ? sites.chat : sites.embeddings
        unsent.append((id, site, envelope.headers, envelope.body, question.troubles.wasCutOff))
    }

    /// Takes the end of a request: notes it, and does with the question what the response asks for.
    func finish(_ result: HTTPClient.Result) {
        guard let flight = flights.removeValue(forKey: result.id),
            case .site(_, let endpoint, let secret) = flight.provider.source
        else { return }
        defer { flight.provider.inFlight -= 1 }
        if !result.rates.isEmpty { flight.provider.rates.learn(result.rates, now: clock.now) }
        let reading = read(result, of: flight, secret: secret)
        let now = clock.now
        var response: ChatResponse?
        if case .answer(let answer) = reading { response = answer }
        // What nobody has told stays charged as it was reserved.
        let used = response.map { flight.cost.used(by: $0) } ?? RequestCost.used(by: result)
        ledger.settle(flight.reservation, as: used ?? flight.reservation.charge)
        waitingForBudget.remove(flight.provider.role)
        events.requested(flight, result: result, response: response, until: now)
        if let model = response?.model { tellMistake(of: flight.provider, answeredAs: model) }
        if let used { tellOverrun(of: flight, used: used) }
        switch reading {
        case .answer(let answer):
            noteAnswer(of: flight.provider, at: now)
            if let prompt = answer.promptTokens, let completion = answer.completionTokens {
                flight.provider.rates.settle(taken: flight.estimatedTokens, used: Double(prompt) + Double(completion))
            }
            take(answer, of: flight)
        case .failure(let scope, let words):
            fail(flight, scope, words: words, result: result, retry: endpoint.retry, at: now)
        }
    }

    private func read(_ result: HTTPClient.Result, of flight: Flight, secret: Secret?) -> Reading {
        func clean(_ text: String) -> String { secret?.removed(from: text) ?? text }
        if let failure = result.failure {
            return .failure(.passing(blamesRow: failure.blamesRow), "the request \(failure.sentence)")
        }
        guard (200..<300).contains(result.status) else {
            var error = ProviderError(bytes: result.body, parser: parser)
            error.message = clean(error.message)
            return .failure(FailureScope(status: result.status, error: error), Self.words(result.status, error))
        }
        let json: JSONValue
        do {
            let body = secret?.removed(fromAnswer: result.body) ?? result.body
            json = try parser.parse(response: body)
        } catch {
            return .failure(.passing(blamesRow: true), "the response is \(error)")
        }
        if flight.question.request.inputs != nil {
            if let response = ChatResponse(embeddings: json, count: flight.candidates.count) {
                return .answer(response)
            }
            return failure(in: json, otherwise: "the response has no vector for each text", clean)
        }
        let maxTokens = flight.question.request.decode.parameters["max_tokens"]?.int
        let usage = flight.provider.config.capabilities?.usage
        if let response = ChatResponse(json, maxTokens: maxTokens, usage: usage) { return .answer(response) }
        return failure(in: json, otherwise: "the response has no choices", clean)
    }

    /// What a response says with status 2xx that is no answer: some gateways put errors there.
    private func failure(in json: JSONValue, otherwise: String, _ clean: (String) -> String) -> Reading {
        guard json["error"].map({ $0 != .null }) ?? false else {
            return .failure(.passing(blamesRow: true), otherwise)
        }
        var error = ProviderError(json)
        error.message = clean(error.message)
        let status = error.number.flatMap { (400..<600).contains($0) ? $0 : nil } ?? 500
        return .failure(FailureScope(status: status, error: error), Self.words(status, error))
    }

    private static func words(_ status: Int, _ error: ProviderError) -> String {
        error.message.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(error.shortMessage)"
    }

    /// Says, once a provider, that another model answers than the one that was asked.
    private func tellMistake(of provider: ProviderState, answeredAs model: String) {
        guard ChatResponse.isOther(model, than: provider.config.model),
            mistaken.insert(provider.config.id).inserted
        else { return }
        events.mistaken(provider.config, answeredAs: model)
    }

    /// Says, once a provider, that it counts more tokens than a request can use: no budget can hold against that.
    private func tellOverrun(of flight: Flight, used: Charge) {
        let (provider, most) = (flight.provider.config, flight.cost.worst.tokens)
        guard used.tokens > most, overrunning.insert(provider.id).inserted else { return }
        events.overrun(provider, tokens: used.tokens, most: most)
    }

    /// Hands the choices to the candidates asked for, and asks again for those that got none.
    private func take(_ response: ChatResponse, of flight: Flight) {
        let question = flight.question
        let provider = flight.provider
        question.troubles.forget()
        let tokens = response.completionTokensByChoice()
        let check = SchemaCheck(question.request, of: provider.config, parser: parser)
        for (candidate, (choice, tokens)) in zip(flight.candidates, zip(response.choices, tokens)) {
            let answer: RecordedAnswer
            if choice.finishReason == "content_filter" {
                answer = RecordedAnswer(
                    code: "content_filtered", detail: "the provider withheld the answer (finish_reason content_filter)",
                    providerID: provider.config.id, model: provider.config.model)
            } else {
                let reply = CompletionReply(
                    text: choice.text, finishReason: choice.finishReason,
                    promptTokens: response.isOfVectors ? nil : response.promptTokens,
                    completionTokens: tokens, providerID: provider.config.id, model: provider.config.model,
                    logprobs: choice.logprobs, toolCalls: choice.toolCalls, reasoning: choice.reasoning)
                if let check {
                    guard let fitting = checked(reply, check, for: candidate, of: question, from: provider) else {
                        continue
                    }
                    answer = fitting
                } else {
                    answer = RecordedAnswer(reply)
                }
            }
            receive(answer, for: candidate, of: question, from: provider)
        }
        guard !question.missing.isEmpty else { return }
        if ending == nil, provider.pause == nil { provider.enqueue(question, isRetry: true) } else { route(question) }
    }
}
