import DataPlane

/// What a request can cost at most, and what it did cost by what came of it.
struct RequestCost {
    /// Of the prompt; a token is at least a byte of it.
    private let promptTokens: Int64
    private let completionTokens: Int64
    private let prices: Prices?

    /// Tokens that a chat template may put around the messages, beyond the bytes of the JSON they are written in.
    private static let templateTokens: Int64 = 64
    /// That a schema asked for in words may put around it.
    private static let instructionTokens: Int64 = 128

    init(_ question: Question, with provider: Provider) {
        prices = provider.prices
        if let inputs = question.request.inputs {
            promptTokens = question.next(for: provider).reduce(0) {
                $0 + Int64(inputs[$1].utf8.count) + Self.templateTokens
            }
            completionTokens = 0
            return
        }
        let canonical = question.submission.canonical
        let shape = question.shape(for: provider)
        promptTokens =
            Int64(canonical.messages.utf8.count + canonical.constraints.utf8.count) + Self.templateTokens
            + (shape.has(.jsonSchema) ? Self.instructionTokens : 0)
        let perAnswer = max(question.request.decode.parameters["max_tokens"]?.int ?? 0, 0)
        completionTokens = perAnswer.multipliedClamped(by: Int64(question.next(for: provider).count))
    }

    var worst: Charge { charge(prompt: promptTokens, completion: completionTokens) }

    /// What an answer used, by its own account; nil when that cannot be: it says nothing, or less than it brought.
    ///
    /// More than the worst case is believed: it is what will be on the bill.
    func used(by response: ChatResponse) -> Charge? {
        guard let prompt = response.promptTokens, let completion = response.completionTokens, prompt > 0,
            !response.countsFirstChoiceOnly
        else { return nil }
        if response.isOfVectors { return charge(prompt: prompt, completion: 0) }
        let answers = response.choices.count { !$0.text.isEmpty || $0.toolCalls != nil || $0.reasoning != nil }
        guard completion >= Int64(answers) else { return nil }
        return charge(prompt: prompt, completion: completion)
    }

    /// What a request used that was answered by an error, or never reached anybody; nil when nobody knows.
    static func used(by result: HTTPClient.Result) -> Charge? {
        switch result.failure {
        case .unresolved, .refused, .unconnected, .exhausted, .insecure: Charge.none
        case .timeout, .broken, .malformed, .encoded, .tooLarge, .stopped: nil
        case nil: (200..<300).contains(result.status) ? nil : Charge(requests: 1)
        }
    }

    private func charge(prompt: Int64, completion: Int64) -> Charge {
        Charge(
            requests: 1, tokens: prompt.addingClamped(completion),
            money: prices?.cost(prompt: prompt, completion: completion) ?? 0)
    }
}
