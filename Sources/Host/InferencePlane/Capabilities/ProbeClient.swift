import DataPlane
import Glibc

/// Sends the requests of a probe, one after the other.
struct ProbeClient {
    /// A response, read as far as it can be.
    struct Response {
        var status: Int
        var json: JSONValue
        /// What an error says, without the key.
        var words: String
        var error: ProviderError

        var isAnswer: Bool { (200..<300).contains(status) }
        /// The request was understood and turned down. A key that is refused says nothing of what was asked.
        var isRefusal: Bool { (400..<502).contains(status) && ![401, 402, 403, 408, 429].contains(status) }
        /// The server knows nothing of the kind that was asked.
        var isUnknownThere: Bool { isRefusal && status != 500 }
    }

    let provider: Provider
    let endpoint: Endpoint
    private let secret: Secret?
    private let http: HTTPClient
    private let parser = JSONParser()
    /// No probe waits longer for a response, whatever the providers file allows.
    private static let longestMilliseconds: Int64 = 120_000
    /// How often a server is asked that is busy or still loading its model.
    private static let attempts = 5
    private let waitMicroseconds: UInt32

    /// - Parameter waitMicroseconds: how long to wait for a busy server, for each second that it asks for.
    /// - Throws: ``Failure`` when the key is not there.
    init(_ provider: Provider, _ endpoint: Endpoint, waitMicroseconds: UInt32) throws(Failure) {
        self.waitMicroseconds = waitMicroseconds
        self.provider = provider
        self.endpoint = endpoint
        secret = try endpoint.apiKey?.resolve(for: provider.id)
        http = try HTTPClient()
    }

    func get(_ url: String) throws(Failure) -> Response { try send(site(url, isGet: true), body: "") }

    func post(_ path: String, _ body: JSONValue) throws(Failure) -> Response {
        try send(site(endpoint.url(of: path), isGet: false), body: body.compact)
    }

    /// The server's own URL, in front of the path that the endpoint's begins with.
    var root: String {
        let scheme = endpoint.url.hasPrefix("https://") ? "https://" : "http://"
        return scheme + endpoint.url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
    }

    private func site(_ url: String, isGet: Bool) throws(Failure) -> HTTPSite {
        var timeouts = endpoint.timeouts
        timeouts.totalMilliseconds = min(timeouts.totalMilliseconds, Self.longestMilliseconds)
        return try HTTPSite(
            url: url, headers: secret.map { [$0.authorizationHeader] } ?? [], timeouts: timeouts, isGet: isGet)
    }

    private func send(_ site: HTTPSite, body: String) throws(Failure) -> Response {
        for attempt in 1... {
            http.start(id: attempt, at: site, headers: [], body: Array(body.utf8))
            var results: [HTTPClient.Result] = []
            while results.isEmpty {
                http.wait(milliseconds: 1000)
                results = http.perform()
            }
            let result = results[0]
            if let failure = result.failure {
                throw Failure(
                    "probe",
                    "provider '\(provider.id)' could not be probed: the request \(failure.sentence); check that it runs, "
                        + "and its url")
            }
            let isBusy = [429, 503, 529].contains(result.status)
            if isBusy, attempt < Self.attempts {
                usleep(waitMicroseconds * UInt32(min(max(result.rates.retryAfterSeconds ?? 1, 1), 10)))
                continue
            }
            let response = read(result)
            if isBusy { throw refusal(response) }
            return response
        }
        preconditionFailure("the last attempt has returned")
    }

    private func read(_ result: HTTPClient.Result) -> Response {
        var error = ProviderError(bytes: result.body, parser: parser)
        error.message = secret?.removed(from: error.message) ?? error.message
        let json = (try? parser.parse(response: result.body)) ?? .null
        let words =
            error.message.isEmpty ? "HTTP \(result.status)" : "HTTP \(result.status): \(error.shortMessage)"
        return Response(status: result.status, json: json, words: words, error: error)
    }

    /// The failure of a provider that answers nothing.
    func refusal(_ response: Response) -> Failure {
        let sentence =
            switch FailureScope(status: response.status, error: response.error) {
            case _ where [429, 503, 529].contains(response.status): "is busy; try again when it is not"
            case .provider(let reason): reason.sentence
            case .row: "refuses the plainest question"
            case .passing: PauseReason.overloaded.sentence
            }
        return Failure("probe", "provider '\(provider.id)' could not be probed: it \(sentence) (\(response.words))")
    }
}
