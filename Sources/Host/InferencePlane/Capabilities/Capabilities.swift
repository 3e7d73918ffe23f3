import DataPlane

/// What a provider makes of what requests can ask for, as `fastdistill gateway probe` has found out.
///
/// Requests are shaped by it (``RequestShape``). What is not known is taken to work.
public struct Capabilities: Sendable, Equatable {
    /// What becomes of something that a request asks for.
    public enum Support: String, Sendable, CaseIterable {
        case supported
        /// The request is answered as if it did not stand there.
        case ignored
        /// The request is refused.
        case refused
        case unknown

        /// Whether asking for it is known to be of no use.
        public var isMissing: Bool { self == .ignored || self == .refused }
    }

    /// What the limit of an answer's tokens is called.
    public enum TokenLimit: String, Sendable, CaseIterable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    /// Which of several choices `usage` counts.
    public enum Usage: String, Sendable, CaseIterable {
        case allChoices = "all_choices"
        case firstChoice = "first_choice"
        case none, unknown
    }

    public var choices = Support.unknown
    public var jsonSchema = Support.unknown
    public var jsonObject = Support.unknown
    public var seed = Support.unknown
    public var logprobs = Support.unknown
    public var tools = Support.unknown
    public var embeddings = Support.unknown
    public var tokenLimit = TokenLimit.maxTokens
    public var usage = Usage.unknown
    /// `supported` when a model that the provider does not have is refused, `ignored` when another one answers.
    public var modelName = Support.unknown

    public init() {}

    /// Of a server that gives vectors and answers no questions.
    static let vectorsOnly: Capabilities = {
        var capabilities = Capabilities()
        for support in supports { capabilities[keyPath: support.path] = .refused }
        capabilities.embeddings = .supported
        capabilities.modelName = .unknown
        return capabilities
    }()

    /// The members of a caps file with their support, in its order.
    static let supports: [(name: String, path: WritableKeyPath<Capabilities, Support> & Sendable)] = [
        ("n", \.choices), ("json_schema", \.jsonSchema), ("json_object", \.jsonObject), ("seed", \.seed),
        ("logprobs", \.logprobs), ("tools", \.tools), ("embeddings", \.embeddings), ("model_name", \.modelName),
    ]

    /// As the caps file and the contract of a run have it.
    var json: JSONValue {
        .object(
            Self.supports.map { ($0.name, .string(self[keyPath: $0.path].rawValue)) } + [
                ("token_limit", .string(tokenLimit.rawValue)), ("usage", .string(usage.rawValue)),
            ])
    }

    /// - Throws: ``Failure`` without a place that names the member that is not what it must be.
    init(_ json: JSONValue) throws(Failure) {
        guard let members = json.object else { throw Failure("caps", "capabilities is \(json.kind), not an object") }
        for (name, value) in members {
            let text = value.string ?? ""
            if let support = Self.supports.first(where: { $0.name == name }) {
                self[keyPath: support.path] = try Self.word(name, text)
            } else if name == "token_limit" {
                tokenLimit = try Self.word(name, text)
            } else if name == "usage" {
                usage = try Self.word(name, text)
            } else {
                let known = Self.supports.map(\.name) + ["token_limit", "usage"]
                throw Failure(
                    "caps", "unknown capability \(quoted(name)); \(ConfigReader.suggestion(for: name, among: known))")
            }
        }
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ text: String
    ) throws(Failure) -> Word {
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        throw Failure(
            "caps", "\(name) cannot be \(quoted(text)); \(ConfigReader.suggestion(for: text, among: known))")
    }
}
