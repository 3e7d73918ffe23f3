/// Settings of the sampler under a name: what `decode:` in the graph declares.
public struct DecodeProfile: Sendable, Equatable {
    public var name: String
    /// How many candidates a sample gets.
    public var candidates: Int
    /// Everything else, as the provider is asked for it: `max_tokens`, `temperature`, `top_p`, `seed`, `stop` …
    public var parameters: JSONValue

    public init(name: String, candidates: Int, parameters: JSONValue) {
        self.name = name
        self.candidates = candidates
        self.parameters = parameters
    }

    /// Whether the likeliest token is always taken, so that the answer does not depend on chance.
    public var isGreedy: Bool { parameters["temperature"]?.double == 0 || parameters["top_k"]?.int == 1 }

    /// The profile as ids hash it: JCS, without `n` (Docs/specs/identity.md).
    public var canonical: String { parameters.canonical }
}

/// One sample's question to a role, or texts of which vectors are wanted.
public struct CompletionRequest: Sendable {
    /// Who asks, for the trace of the envelope.
    public struct Trace: Sendable {
        public var runID: String
        public var node: String
        public var sampleID: String
        public var shard: Int

        public init(runID: String, node: String, sampleID: String, shard: Int) {
            self.runID = runID
            self.node = node
            self.sampleID = sampleID
            self.shard = shard
        }
    }

    public var role: String
    /// The chat messages: an array of objects with `role` and `content`.
    public var messages: JSONValue
    public var decode: DecodeProfile
    /// Everything the answer must keep to besides: `json_schema`, `tools`; an object, often empty.
    public var constraints: JSONValue
    /// 0 for the first asking; a later round of the same question has its own replies.
    public var round: Int
    public var trace: Trace
    /// Texts of which vectors are wanted, one candidate each, in the place of a question; nil for a question.
    public var inputs: [String]?

    public init(
        role: String, messages: JSONValue, decode: DecodeProfile, constraints: JSONValue = .object([]), round: Int = 0,
        trace: Trace
    ) {
        self.role = role
        self.messages = messages
        self.decode = decode
        self.constraints = constraints
        self.round = round
        self.trace = trace
    }

    /// Asks a role for the vectors of texts. A reply's text is the vector as a JSON array.
    public init(embedding inputs: [String], role: String, trace: Trace) {
        let decode = DecodeProfile(name: "", candidates: inputs.count, parameters: .object([]))
        self.init(role: role, messages: .array([]), decode: decode, trace: trace)
        self.inputs = inputs
    }
}

/// One candidate's answer.
public struct CompletionReply: Sendable, Equatable {
    public var text: String
    public var finishReason: String
    /// Tokens as the provider counted them; nil when it did not say.
    public var promptTokens: Int64?
    public var completionTokens: Int64?
    public var providerID: String
    /// The model that answered, as configured.
    public var model: String
    /// The provider's `logprobs` object as JSON text, when asked for and given.
    public var logprobs: String?
    /// The provider's `tool_calls` array as JSON text, when there are any.
    public var toolCalls: String?
    /// What the model thought before it answered, where the provider tells it apart from the text.
    public var reasoning: String?

    public init(
        text: String, finishReason: String, promptTokens: Int64?, completionTokens: Int64?, providerID: String,
        model: String, logprobs: String? = nil, toolCalls: String? = nil, reasoning: String? = nil
    ) {
        self.text = text
        self.finishReason = finishReason
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.providerID = providerID
        self.model = model
        self.logprobs = logprobs
        self.toolCalls = toolCalls
        self.reasoning = reasoning
    }
}

/// How one candidate ended.
public enum CompletionOutcome: Sendable {
    case reply(CompletionReply)
    /// The row's own fault: it will never work. A code of `Docs/specs/outcomes` and one sentence.
    case rejected(code: String, detail: String)
    /// The provider's fault or a cap: the same command goes on later.
    case deferred(reason: String)
}

/// Answers questions: the engine's view of the Provider Gateway.
public protocol Completer: Sendable {
    /// Takes a question and later calls `completion` exactly once, on any thread, with one outcome a candidate.
    ///
    /// Never blocks. The caller bounds how many are under way by ``admission(role:)``.
    func submit(_ request: CompletionRequest, completion: @escaping @Sendable ([CompletionOutcome]) -> Void)

    /// How many questions of a role the engine may have submitted and unanswered: enough to keep the provider busy.
    func admission(role: String) -> Int
}
