/// Why a request got no whole response.
enum TransferFailure: String, CaseIterable {
    case unresolved, refused, unconnected, exhausted, insecure, timeout, broken, malformed, encoded
    case tooLarge = "too_large"
    case stopped

    /// The failure in words, after "the request to HOST ".
    var sentence: String {
        switch self {
        case .unresolved: "found no such host"
        case .refused: "found nobody listening"
        case .unconnected: "found no way through in time"
        case .exhausted:
            "found no free file descriptor; raise the limit of open files (ulimit -n), or lower 'concurrency'"
        case .insecure: "could not be secured (TLS)"
        case .timeout: "took too long"
        case .broken: "was cut off"
        case .malformed: "got a response that cannot be read as HTTP/1.1"
        case .encoded: "got a response in a content encoding that it did not ask for"
        case .tooLarge: "got too large a response"
        case .stopped: "was stopped"
        }
    }

    /// Whether the question itself can be the cause: the provider was reached, and then it went wrong.
    var blamesRow: Bool {
        switch self {
        case .timeout, .broken, .malformed, .encoded, .tooLarge: true
        case .unresolved, .refused, .unconnected, .exhausted, .insecure, .stopped: false
        }
    }
}
