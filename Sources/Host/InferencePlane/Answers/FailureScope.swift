/// Whose fault a failed request is, which decides who pays for it.
///
/// `configs/provider_gateway_contract.yaml` lists the same under `failures`; a test compares the two.
enum FailureScope: Equatable {
    /// The row's own: it will never work, so it is rejected with this code.
    case row(String)
    /// The provider's: it is paused at once.
    case provider(PauseReason)
    /// It may pass: tried again. `blamesRow`: the question itself can be the cause, so it counts as one of its attempts.
    case passing(blamesRow: Bool)
}

/// Why a provider is asked nothing more.
enum PauseReason: String, CaseIterable {
    case unauthorized, forbidden, quota, overloaded, unreachable
    case unknownModel = "unknown_model"
    case wrongEndpoint = "wrong_endpoint"
    case unsupportedParameter = "unsupported_parameter"
    case refusesAll = "refuses_all"

    /// The reason in words, as the remedy needs it.
    var sentence: String {
        switch self {
        case .unauthorized: "refused the key; check the secret named in api_key"
        case .forbidden: "forbids the request; check what the key may do"
        case .quota: "has no quota left; top it up"
        case .overloaded: "answered nothing but errors or rate limits for too long"
        case .unreachable: "could not be reached for too long; check that it runs and its url"
        case .unknownModel: "does not know the model; check model and url"
        case .wrongEndpoint: "does not answer such requests there; check its url"
        case .unsupportedParameter:
            "does not take a parameter of the requests; change it, or let 'fastdistill gateway probe' find out what it takes: "
                + "then requests are made to fit"
        case .refusesAll:
            "refused every request in the same words; what all of them have in common is at fault, in the graph or in how the "
                + "server was started"
        }
    }
}

extension FailureScope {
    /// Allows an answer more tokens than the model has room for: no prompt is short enough.
    static let answerPhrases = ["cannot be greater than max_model_len", "max_completion_tokens is too large"]
    static let contextLabels = ["exceed_context_size_error", "context_length_exceeded"]
    static let contextPhrases = [
        "context length", "context size", "context window", "maximum model length", "max_model_len",
        "prompt is too long",
        "input is too long",
    ]
    static let filterLabels = [
        "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "data_inspection_failed",
    ]
    static let filterPhrases = ["content management policy", "content policy", "flagged by moderation"]
    static let modelLabels = ["model_not_found", "model_not_found_error", "unknown_model", "deploymentnotfound"]
    static let quotaLabels = ["insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"]
    static let keyLabels = ["invalid_api_key", "api_key_invalid"]
    static let parameterLabels = ["unsupported_parameter", "unknown_parameter"]
    static let parameterPhrases = [
        "unsupported param", "unknown parameter", "unrecognized request argument", "extra inputs are not permitted",
        "unexpected fields in the request", "requires --jinja", "requires --tool-call-parser", "n must be 1",
    ]
    /// Settings of the sampler, the same in all requests: refused once, refused always. Not `max_tokens`, which some name where
    /// it and the prompt together are too long.
    static let samplerParameters = [
        "n", "temperature", "top_p", "top_k", "min_p", "seed", "logprobs",
        "top_logprobs", "frequency_penalty", "presence_penalty", "repetition_penalty", "stop",
    ]
    /// Servers of models that give no vectors: llama.cpp, SGLang.
    static let endpointPhrases = ["is not oai compatible", "does not appear to be an embedding model"]
    /// With 404, which a wrong path is answered with too. OpenRouter has endpoints for models.
    static let missingModelPhrases = ["model", "deployment", "no endpoints found"]
    /// transformers serve, started for one model.
    static let modelPhrases = ["server is pinned to"]
    static let mistakeLabels = ["invalid_request_error", "invalid_request", "badrequesterror"]
    static let mistakePhrases = [
        "json.exception.", "failed to parse grammar", "failed to parse messages", "roles must alternate",
    ]

    /// Reads an error status and what came with it.
    init(status: Int, error: ProviderError) {
        if error.hasLabel(Self.modelLabels) || status == 400 && error.says(Self.modelPhrases)
            || status == 404 && error.says(Self.missingModelPhrases)
        {
            self = .provider(.unknownModel)
        } else if error.hasLabel(Self.quotaLabels) {
            self = .provider(.quota)
        } else if error.hasLabel(Self.keyLabels) || error.says(["api key not valid"]) {
            self = .provider(.unauthorized)
        } else if [400, 403, 413, 422, 451].contains(status),
            error.hasLabel(Self.filterLabels) || error.says(Self.filterPhrases)
        {
            self = .row("content_filtered")
        } else if [400, 422].contains(status), error.says(Self.answerPhrases) {
            self = .provider(.unsupportedParameter)
        } else if [400, 413, 422, 500].contains(status),
            error.hasLabel(Self.contextLabels) || error.says(Self.contextPhrases)
        {
            self = .row("context_too_long")
        } else if status == 400, error.says(Self.endpointPhrases) {
            self = .provider(.wrongEndpoint)
        } else if [400, 422, 500].contains(status),
            error.hasLabel(Self.parameterLabels) || error.says(Self.parameterPhrases)
        {
            self = .provider(.unsupportedParameter)
        } else if [400, 422].contains(status), Self.samplerParameters.contains(error.parameter ?? "") {
            self = .provider(.unsupportedParameter)
        } else if status == 500,
            error.hasLabel(Self.mistakeLabels) || error.says(Self.mistakePhrases)
                || error.number.map((400..<500).contains) ?? false
        {
            // llama.cpp answers 500 where the question is at fault.
            self = .row("request_rejected")
        } else {
            self.init(status: status)
        }
    }

    private init(status: Int) {
        switch status {
        case 400, 413, 422: self = .row("request_rejected")
        case 401: self = .provider(.unauthorized)
        case 402: self = .provider(.quota)
        case 403: self = .provider(.forbidden)
        // A path that the server does not have: one that does not know the model names it.
        case 404: self = .provider(.wrongEndpoint)
        // Busy, too early, too many, shut for now: says nothing about the question.
        case 408, 409, 425, 429, 503, 529: self = .passing(blamesRow: false)
        case 501: self = .provider(.wrongEndpoint)
        case 500...: self = .passing(blamesRow: true)
        default: self = .provider(.wrongEndpoint)
        }
    }
}
