import DataPlane

/// What the providers file says: who can be asked, and who answers for which role.
///
/// ```swift
/// let config = try ProviderConfig.load("configs/provider_gateway.yaml")
/// config.roles.map(\.name)   // ["teacher", "judge", "student"]
/// ```
///
/// `configs/provider_gateway.yaml` is a commented example of every key.
public struct ProviderConfig: Sendable {
    /// The file it was read from, for messages.
    public var path: String
    /// Where replies are kept, when the file says so; else the caller decides.
    public var repliesPath: String?
    /// Ask again for what a provider refused earlier, instead of taking the recorded refusal.
    public var retriesRejected: Bool
    public var providers: [Provider]
    public var roles: [Role]
    /// Where it stands what the providers can do: named in the file, or beside it.
    public var capsPath = ""
    /// What a role may spend in a run, by its name.
    public var budgets: [String: Budget] = [:]

    public init(path: String, repliesPath: String?, retriesRejected: Bool, providers: [Provider], roles: [Role]) {
        self.path = path
        self.repliesPath = repliesPath
        self.retriesRejected = retriesRejected
        self.providers = providers
        self.roles = roles
    }
}

/// One source of answers.
public struct Provider: Sendable {
    public enum Kind: Sendable {
        /// An OpenAI-compatible endpoint.
        case openai(Endpoint)
        /// Recorded replies out of a JSON Lines file.
        case replay(file: String)
    }

    public var id: String
    public var kind: Kind
    /// The model as the provider is asked for it.
    public var model: String
    /// Tells apart what the name does not: new weights under an old name get new replies.
    public var revision: String
    /// How many requests may be under way at once; nil to find out.
    public var concurrency: Int?
    /// What its tokens cost; nil when nobody said.
    public var prices: Prices?
    /// What a probe has found out; nil when there was none with this model.
    public var capabilities: Capabilities?
    /// Where the provider stands in the file.
    public var location: Location

    public init(id: String, kind: Kind, model: String, revision: String, concurrency: Int?, location: Location) {
        self.id = id
        self.kind = kind
        self.model = model
        self.revision = revision
        self.concurrency = concurrency
        self.location = location
    }

    /// Whether it is reached by a URL, and has no recorded replies.
    public var isEndpoint: Bool { endpoint != nil }

    /// Reaches the same provider elsewhere, where other weights answer.
    public mutating func move(to url: String, revision: String) {
        guard case .openai(var endpoint) = kind else { return }
        endpoint.url = url
        kind = .openai(endpoint)
        self.revision = revision
    }

    /// How it is reached; nil for recorded replies.
    var endpoint: Endpoint? { if case .openai(let endpoint) = kind { endpoint } else { nil } }

    /// Requests under way at first: all that are allowed, or a few, of which it is found out whether more fit.
    var startingConcurrency: Int { concurrency ?? 16 }
    /// Requests under way at most.
    var largestConcurrency: Int { concurrency ?? 256 }

    /// The id that goes into reply keys: empty when replies are shared across providers (Docs/specs/provider-gateway.md).
    var keyID: String {
        switch kind {
        case .openai(let endpoint): endpoint.sharesReplies ? "" : id
        case .replay: ""
        }
    }
}

/// How an OpenAI-compatible endpoint is reached and how patient the gateway is with it.
public struct Endpoint: Sendable {
    /// Spans in milliseconds, counted from the start of a request.
    public struct Timeouts: Sendable, Equatable {
        public var connectMilliseconds: Int64
        public var firstByteMilliseconds: Int64
        /// Between two pieces of a response that has begun.
        public var stallMilliseconds: Int64
        public var totalMilliseconds: Int64
    }

    /// The base URL; requests go to `URL/chat/completions`. A query stays at the end.
    public var url: String
    public var apiKey: SecretReference?
    /// Replies of any provider with this model and revision serve, not only of this one.
    public var sharesReplies: Bool
    public var timeouts: Timeouts
    public var retry: RetryPolicy
    /// What the provider allows, where its headers do not say it.
    public var requestsPerMinute: Int64?
    public var tokensPerMinute: Int64?

    /// The URL of a path below the base URL.
    func url(of path: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var base = parts[0]
        while base.last == "/" { base.removeLast() }
        return base + path + (parts.count > 1 ? "?" + parts[1] : "")
    }
}

/// Who answers for a role, and in which share.
public struct Role: Sendable {
    public struct Member: Sendable {
        public var provider: String
        /// The share of samples, relative to the other weights; 0 serves only when the others are gone.
        public var weight: UInt64

        public init(provider: String, weight: UInt64) {
            self.provider = provider
            self.weight = weight
        }
    }

    public var name: String
    public var members: [Member]

    public init(name: String, members: [Member]) {
        self.name = name
        self.members = members
    }
}
