import DataPlane

/// A successful answer of `/chat/completions`.
struct ChatResponse {
    struct Choice {
        var text: String
        var finishReason: String
        var logprobs: String?
        /// How many tokens the provider listed in `logprobs`.
        var listedTokens: Int64?
        var toolCalls: String?
        var reasoning: String?

        /// Bytes of what the model has said, by which the tokens of several choices are divided.
        fileprivate var size: Int64 {
            Int64([text, toolCalls, reasoning].reduce(0) { $0 + ($1?.utf8.count ?? 0) })
        }
    }

    /// In the order of their `index`; at least one.
    var choices: [Choice]
    /// As reported; nil when it was not.
    var promptTokens: Int64?
    var completionTokens: Int64?
    /// The reported completion tokens are those of the first choice only (llama.cpp does that).
    var countsFirstChoiceOnly: Bool
    /// The model that says it answered.
    var model: String?
    /// What the request allowed a choice.
    private var maxTokens: Int64?

    /// Its choices are vectors, as JSON.
    var isOfVectors = false

    /// Reads a response of `/embeddings`: a choice for each text, whose text is the vector as a JSON array.
    ///
    /// - Returns: nil unless there is a vector for each of `count` texts.
    init?(embeddings json: JSONValue, count: Int) {
        var vectors: [JSONValue?] = Array(repeating: nil, count: count)
        for (offset, item) in (json["data"]?.array ?? []).enumerated() {
            let index = Int(item["index"]?.int ?? Int64(offset))
            guard vectors.indices.contains(index), let vector = item["embedding"], let numbers = vector.array,
                !numbers.isEmpty, numbers.allSatisfy({ $0.double != nil })
            else { return nil }
            vectors[index] = vector
        }
        guard !vectors.isEmpty, !vectors.contains(where: { $0 == nil }) else { return nil }
        choices = vectors.compactMap { $0 }.map { Choice(text: $0.compact, finishReason: "stop") }
        promptTokens = Self.count(json["usage"]?["prompt_tokens"])
        completionTokens = promptTokens.map { _ in 0 }
        countsFirstChoiceOnly = false
        model = json["model"]?.string
        isOfVectors = true
    }

    /// Reads a response body; nil when it has no usable choice.
    ///
    /// - Parameters:
    ///   - maxTokens: what the request allowed a choice.
    ///   - usage: which choices the provider's usage counts, where that has been found out. Else it is told by what does not
    ///     add up: a choice that was cut off has all the tokens that it may have.
    init?(_ json: JSONValue, maxTokens: Int64?, usage: Capabilities.Usage? = nil) {
        let listed = (json["choices"]?.array ?? []).enumerated().map { offset, choice in
            (index: choice["index"]?.int ?? Int64(offset), offset: offset, choice: choice)
        }
        choices = listed.sorted { ($0.index, $0.offset) < ($1.index, $1.offset) }.compactMap { Self.choice($0.choice) }
        guard !choices.isEmpty else { return nil }
        promptTokens = Self.count(json["usage"]?["prompt_tokens"])
        completionTokens = Self.count(json["usage"]?["completion_tokens"])
        model = json["model"]?.string
        self.maxTokens = maxTokens
        countsFirstChoiceOnly = usage == .firstChoice && choices.count > 1
        if choices.count > 1, usage != .allChoices, let completionTokens, !countsFirstChoiceOnly {
            let full = Int64(choices.count { $0.finishReason == "length" })
            let cannotBeAll = maxTokens.map { $0 > 0 && full > completionTokens / $0 } ?? false
            countsFirstChoiceOnly = cannotBeAll || json["timings"]?["predicted_n"]?.int == completionTokens
        }
    }

    /// Whether the model that answered is another than the one asked, and not merely a more exact name of it, as
    /// `large-2026-05-01` is of `large`.
    static func isOther(_ answering: String, than asked: String) -> Bool {
        answering != asked && !["-", ":", "@"].contains { answering.hasPrefix(asked + $0) }
    }

    /// More tokens than any model writes in its life say as little as none.
    private static let mostTokens: Int64 = 1 << 40

    private static func count(_ json: JSONValue?) -> Int64? {
        json?.int.flatMap { (0...mostTokens).contains($0) ? $0 : nil }
    }

    private static func choice(_ json: JSONValue) -> Choice? {
        guard let message = json["message"], message.object != nil else { return nil }
        let calls = message["tool_calls"].flatMap { ($0.array ?? []).isEmpty ? nil : $0.compact }
        let finishReason = json["finish_reason"]?.string
        // A reasoning model that used up its tokens before its answer has finished, with no text.
        let empty = calls != nil || finishReason != nil ? "" : nil
        guard let text = text(message["content"]) ?? message["refusal"]?.string ?? empty else { return nil }
        let listed = json["logprobs"]?["content"]?.array
        // mlx_lm.server lists numbers of tokens without their text unless it is asked for others in their places.
        let areTold = json["logprobs"]?.object != nil && listed?.allSatisfy { $0["token"]?.string != nil } ?? true
        return Choice(
            text: text, finishReason: finishReason ?? "unknown", logprobs: areTold ? json["logprobs"]?.compact : nil,
            listedTokens: listed.map { Int64($0.count) }, toolCalls: calls, reasoning: reasoning(message))
    }

    /// What the model thought: `reasoning_content` of DeepSeek, SGLang, llama.cpp and vLLM up to 0.11, `reasoning` of later
    /// vLLM, OpenRouter and Ollama.
    private static func reasoning(_ message: JSONValue) -> String? {
        ["reasoning_content", "reasoning"].lazy.compactMap { message[$0]?.string }.first { !$0.isEmpty }
    }

    /// The text of a message: a string, or a list of parts.
    private static func text(_ content: JSONValue?) -> String? {
        if let parts = content?.array { return parts.compactMap { $0["text"]?.string }.joined() }
        return content?.string
    }

    /// The completion tokens of each choice, as far as they are known (Docs/specs/provider-gateway.md, "Usage").
    func completionTokensByChoice() -> [Int64?] {
        if isOfVectors { return choices.map { _ in nil } }
        let listed = choices.map(\.listedTokens)
        if choices.count > 1, !listed.contains(nil) { return listed }
        guard let total = completionTokens else { return choices.map { _ in nil } }
        if choices.count == 1 { return [total] }
        if countsFirstChoiceOnly { return [total] + choices.dropFirst().map { _ in nil } }
        return shares(of: total)
    }

    /// Divides the tokens of all choices among them, by the length of what they say.
    ///
    /// A choice that was cut off has as many as it may have, where the total allows it, and no other has more.
    private func shares(of total: Int64) -> [Int64] {
        let sizes = choices.map(\.size)
        guard let maxTokens, maxTokens > 0, total <= maxTokens.multipliedClamped(by: Int64(choices.count)) else {
            return Self.shares(of: total, sizes: sizes)
        }
        var shares = sizes.map { _ in Int64(0) }
        var rest = total
        var open = Array(choices.indices)
        func fill(_ full: [Int]) {
            for index in full { shares[index] = maxTokens }
            rest -= maxTokens * Int64(full.count)
            open.removeAll { full.contains($0) }
        }
        let cut = choices.indices.filter { choices[$0].finishReason == "length" }
        if maxTokens.multipliedClamped(by: Int64(cut.count)) <= total { fill(cut) }
        while true {
            let found = Self.shares(of: rest, sizes: open.map { sizes[$0] })
            let full = zip(open, found).filter { $1 > maxTokens }.map { $0.0 }
            if full.isEmpty {
                for (index, share) in zip(open, found) { shares[index] = share }
                return shares
            }
            fill(full)
        }
    }

    /// Divides a total in proportion to sizes; what rounding leaves goes to the first ones, a token each.
    static func shares(of total: Int64, sizes: [Int64]) -> [Int64] {
        let sum = sizes.reduce(0, +)
        let weights = sum == 0 ? sizes.map { _ in Int64(1) } : sizes
        let all = sum == 0 ? Int64(sizes.count) : sum
        var shares = weights.map { all.dividingFullWidth(total.multipliedFullWidth(by: $0)).quotient }
        var rest = total - shares.reduce(0, +)
        for index in shares.indices where rest > 0 {
            shares[index] += 1
            rest -= 1
        }
        return shares
    }
}
