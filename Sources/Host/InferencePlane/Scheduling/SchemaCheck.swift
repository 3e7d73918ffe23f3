import DataPlane

/// Answers of a provider that does not keep to a JSON schema by itself: they are checked, and asked for again.
///
/// An answer that does not fit is recorded under a round of its own, so that a run that goes on does not pay for it again;
/// the answer that counts, or the refusal after the last attempt, has the key of the question itself. So a replay needs to
/// know nothing of all this.
struct SchemaCheck {
    /// How many answers a candidate gets until one fits.
    static let attempts = 4

    private let schema: JSONSchema
    private let parser: JSONParser

    /// Nil when the answers need no check.
    init?(_ request: CompletionRequest, of provider: Provider, parser: JSONParser) {
        guard let schema = request.constraints["json_schema"], provider.capabilities?.jsonSchema.isMissing ?? false
        else { return nil }
        self.schema = JSONSchema(schema)
        self.parser = parser
    }

    /// Why a text does not fit, as a clause; nil when it does.
    func mismatch(_ text: String) -> String? {
        guard let json = try? parser.parse(text) else { return "it is not JSON" }
        return schema.mismatch(json)
    }

    /// The round of the key of an answer that did not fit: -1, -2 … for round 0, -17 … for round 1.
    static func round(of misfit: Int, in round: Int) -> Int { -(round * 16 + misfit) }
}

extension GatewayLoop {
    /// Counts the answers to a candidate that are recorded and did not fit.
    func countMisfits(_ question: Question, candidate: Int, in store: ReplyStore) throws(Failure) {
        for provider in question.chain where !provider.isReplay {
            guard SchemaCheck(question.request, of: provider.config, parser: parser) != nil else { continue }
            var count = 0
            while count + 1 < SchemaCheck.attempts,
                let recorded = try store.find(question.key(of: provider, candidate: candidate, misfit: count + 1))
            {
                uses.append(.init(replyID: recorded.id, runID: question.request.trace.runID))
                count += 1
            }
            question.misfits[candidate] = count
            return
        }
    }

    /// Makes of a checked answer what is recorded of it.
    ///
    /// - Returns: nil when it does not fit and is asked for again.
    func checked(
        _ reply: CompletionReply, _ check: SchemaCheck, for candidate: Int, of question: Question,
        from provider: ProviderState
    ) -> RecordedAnswer? {
        var reply = reply
        reply.text = JSONSchema.answer(in: reply.text)
        guard let problem = check.mismatch(reply.text) else { return RecordedAnswer(reply) }
        let misfit = question.misfits[candidate, default: 0] + 1
        question.misfits[candidate] = misfit
        guard misfit < SchemaCheck.attempts else {
            return RecordedAnswer(
                code: "schema_mismatch",
                detail: "no answer in \(SchemaCheck.attempts) attempts fits the JSON schema; of the last: \(problem)",
                providerID: reply.providerID, model: reply.model)
        }
        unrecorded.append(nil)
        entries.append(
            ReplyStore.Entry(
                key: question.key(of: provider, candidate: candidate, misfit: misfit),
                replayKey: question.replayKey(of: provider, candidate: candidate, misfit: misfit),
                answer: RecordedAnswer(reply), runID: question.request.trace.runID))
        return nil
    }
}
