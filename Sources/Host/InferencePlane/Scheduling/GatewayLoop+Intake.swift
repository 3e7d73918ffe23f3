import DataPlane

extension GatewayLoop {
    /// Takes questions in.
    func take(_ submissions: [Submission]) {
        guard let store, submissions.count > 1 else { return submissions.forEach(take) }
        store.reading { submissions.forEach(take) }
    }

    /// Takes a question in: answers what is recorded, and sends the rest on its way.
    private func take(_ submission: Submission) {
        let request = submission.request
        let role = roles[request.role]
        let question = Question(submission, chain: role.map { chain(for: request, in: $0) } ?? [])
        touched.append(question)
        if let ending {
            close(question, .deferred(reason: ending))
        } else if role == nil {
            let remedy = "add it under roles in '\(config.path)'"
            close(question, .deferred(reason: "no provider serves the role '\(request.role)'; \(remedy)"))
        } else {
            answerRecorded(question)
            if let reason = exhausted[request.role] { close(question, .deferred(reason: reason)) }
            if !joinsAnother(question) { route(question) }
        }
    }

    /// The role's providers in the order in which they are asked.
    ///
    /// Vectors of two models have nothing to do with each other: they all come from the model of the first provider in the
    /// file that has a weight, and from others with that model only when it is gone.
    private func chain(for request: CompletionRequest, in role: RoleState) -> [ProviderState] {
        guard request.inputs != nil else {
            let order = Assignment.order(
                role: request.role, sampleID: request.trace.sampleID, weights: role.weights)
            return order.map { role.members[$0] }
        }
        let order =
            role.weights.indices.filter { role.weights[$0] > 0 }
            + role.weights.indices.filter { role.weights[$0] == 0 }
        guard let first = order.first.map({ role.members[$0].config }) else { return [] }
        return order.map { role.members[$0] }.filter {
            $0.config.model == first.model && $0.config.revision == first.revision
        }
    }

    /// Whether the same question is open already: then this one waits for its outcomes and asks nobody.
    private func joinsAnother(_ question: Question) -> Bool {
        guard !question.missing.isEmpty else { return false }
        let identity = question.identity
        guard let leader = leaders[identity], !leader.isCompleted else {
            leaders[identity] = question
            return false
        }
        leader.followers.append(question)
        return true
    }

    /// Looks for every candidate with every provider of the role, in the order of the chain: what a provider answered in
    /// an earlier run stays its answer, whoever would be asked first today.
    private func answerRecorded(_ question: Question) {
        guard let store else { return }
        var found: [String: Int] = [:]
        do {
            for candidate in question.missing {
                if question.request.constraints["json_schema"] != nil {
                    try countMisfits(question, candidate: candidate, in: store)
                }
                for provider in question.chain where !provider.isReplay {
                    guard let recorded = try store.find(question.key(of: provider, candidate: candidate)),
                        recorded.answer.isReply || !config.retriesRejected
                    else { continue }
                    uses.append(.init(replyID: recorded.id, runID: question.request.trace.runID))
                    question.receive(candidate)
                    question.settle(candidate, recorded.answer.outcome)
                    found[recorded.answer.providerID, default: 0] += 1
                    break
                }
            }
        } catch {
            end(because: error.message)
            close(question, .deferred(reason: error.message))
        }
        for (provider, count) in found.sorted(by: { $0.key < $1.key }) {
            events.cached(question, provider: provider, candidates: count)
        }
    }

    /// Queues a question with the first provider of its chain that is not paused, or defers it.
    func route(_ question: Question) {
        touched.append(question)
        guard !question.missing.isEmpty else { return }
        if let reason = ending ?? exhausted[question.request.role] {
            return close(question, .deferred(reason: reason))
        }
        guard let provider = question.chain.first(where: { $0.pause == nil }) else {
            return close(
                question, .deferred(reason: question.chain.compactMap { $0.pause?.sentence }.joined(separator: "; ")))
        }
        if question.provider !== provider {
            question.provider = provider
            question.troubles = .init()
        }
        provider.enqueue(question, isRetry: false)
    }

    /// Ends the open candidates of a question with an outcome that is not recorded.
    func close(_ question: Question, _ outcome: CompletionOutcome) {
        question.close(outcome)
        touched.append(question)
    }

    /// Takes an answer in, to be written down in this turn and committed soon.
    func receive(_ answer: RecordedAnswer, for candidate: Int, of question: Question, from provider: ProviderState) {
        question.receive(candidate)
        touched.append(question)
        unrecorded.append((question, candidate))
        entries.append(
            ReplyStore.Entry(
                key: question.key(of: provider, candidate: candidate),
                replayKey: question.replayKey(of: provider, candidate: candidate), answer: answer,
                runID: question.request.trace.runID))
    }

    /// Writes down the answers of this turn, so that they cannot be lost however the process ends.
    func keepAnswers() {
        guard let store, keptEntries < entries.count else { return }
        do {
            try store.keep(entries[keptEntries...])
            keptEntries = entries.count
        } catch {
            // Then they are committed at once, and the store says what is wrong.
            commitDue = 0
        }
    }

    /// Commits the answers that came, and only then tells those who asked.
    func settle() {
        do { try ledger.flush() } catch { end(because: error.message) }
        if !entries.isEmpty || !uses.isEmpty {
            commitDue = commitDue ?? clock.now + Self.gatherMicroseconds
            if !canGather { commit() }
        }
        tell()
    }

    /// Whether nobody waits because answers are committed a little later: there are questions to be sent meanwhile.
    private var canGather: Bool {
        ending == nil && keptEntries == entries.count && entries.count + uses.count < Self.mostGathered
            && commitDue ?? 0 > clock.now && providers.contains { $0.hasQueue && !$0.isReplay }
    }

    private func commit() {
        if let store {
            do {
                let answers = try store.record(entries, uses: uses)
                for case (let waiting?, let answer) in zip(unrecorded, answers) {
                    waiting.question.settle(waiting.candidate, answer.outcome)
                }
            } catch {
                // An answer that cannot be recorded must not be used: it would be paid for again.
                for case let waiting? in unrecorded {
                    waiting.question.settle(waiting.candidate, .deferred(reason: error.message))
                }
                end(because: error.message)
            }
        }
        for case let waiting? in unrecorded { touched.append(waiting.question) }
        unrecorded.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        uses.removeAll(keepingCapacity: true)
        keptEntries = 0
        commitDue = nil
    }

    private func tell() {
        let done = touched
        touched.removeAll(keepingCapacity: true)
        for question in done {
            let followers = question.completeIfDone()
            if question.isCompleted { leaders[question.identity] = nil }
            for follower in followers {
                for (provider, count) in follower.repliesByProvider.sorted(by: { $0.key < $1.key }) {
                    events.cached(follower, provider: provider, candidates: count, isCoalesced: true)
                }
                _ = follower.completeIfDone()
            }
        }
    }

    /// Answers a question out of a replay file, whose replies are recorded as they are.
    func replay(_ question: Question, from file: ReplayFile, of provider: ProviderState) {
        let start = clock.now
        var replies: [CompletionReply] = []
        let asked = question.missing
        for candidate in asked {
            let key = question.replayKey(of: provider, candidate: candidate)
            question.receive(candidate)
            do {
                let answer =
                    try file.find(key)
                    ?? RecordedAnswer(
                        code: "not_recorded", detail: "the replay file has no reply \(key.hexadecimal)",
                        providerID: provider.config.id, model: provider.config.model)
                if case .reply(let reply) = answer.content { replies.append(reply) }
                question.settle(candidate, answer.outcome)
            } catch {
                question.settle(candidate, .deferred(reason: error.message))
            }
        }
        touched.append(question)
        events.replayed(question, provider.config, asked: asked.count, replies: replies, from: start, to: clock.now)
    }
}
