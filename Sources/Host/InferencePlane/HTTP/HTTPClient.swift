import CCurl
import DataPlane

/// Runs many HTTP requests at once on the thread that calls it (libcurl's multi interface).
///
/// ```swift
/// try client.start(id: 1, at: site, headers: ["X-A: b"], body: "{}")
/// client.wait(milliseconds: 1000)
/// for result in client.perform() { … }
/// ```
///
/// Another thread ends ``wait(milliseconds:)`` with `curl_multi_wakeup` on ``wakeHandle``.
final class HTTPClient {
    /// How a request ended.
    struct Result {
        var id: Int
        /// Why there is no whole response; nil when there is one.
        var failure: TransferFailure?
        /// The HTTP status; 0 when none came.
        var status: Int
        var body: [UInt8]
        /// What the `Retry-After` header asks for, as seconds or as a date.
        var retryAfterSeconds: Int64?
        /// What the headers say of the provider's rates.
        var rates: RateHeaders
    }

    let wakeHandle: UnsafeMutableRawPointer
    /// By easy handle, as libcurl names them, and by id, as the caller does.
    private var running: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private var runningByID: [Int: HTTPTransfer] = [:]

    init() throws(Failure) {
        guard Self.libraryIsReady, let multi = curl_multi_init() else {
            throw Failure("http", "libcurl cannot be started; is there enough memory?")
        }
        wakeHandle = multi
    }

    deinit {
        for transfer in running.values { curl_multi_remove_handle(wakeHandle, transfer.easy) }
        curl_multi_cleanup(wakeHandle)
    }

    private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// How many connections are kept open for later requests.
    func keepConnections(_ count: Int) { fdcurl_multi_set_long(wakeHandle, CURLMOPT_MAXCONNECTS, count) }

    /// Sends a POST request; its result comes out of a later ``perform()`` under the same id.
    func start(id: Int, at site: HTTPSite, headers: [String], body: String) {
        let transfer = site.transfer()
        transfer.prepare(id: id, headers: headers, body: body)
        running[transfer.easy] = transfer
        runningByID[id] = transfer
        curl_multi_add_handle(wakeHandle, transfer.easy)
    }

    /// Moves all requests on as far as they go without waiting.
    ///
    /// - Returns: those that have ended.
    func perform() -> [Result] {
        var count: Int32 = 0
        curl_multi_perform(wakeHandle, &count)
        var results: [Result] = []
        while let message = curl_multi_info_read(wakeHandle, &count) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            if let transfer = detach(easy) { results.append(transfer.finish(code)) }
        }
        return results
    }

    /// Waits until there is something to do for ``perform()``, but not longer.
    func wait(milliseconds: Int32) { curl_multi_poll(wakeHandle, nil, 0, milliseconds, nil) }

    /// Whether a request has got the first byte of its response; false for one that has ended.
    func hasFirstByte(id: Int) -> Bool { runningByID[id]?.hasFirstByte ?? false }

    /// How many bytes of a response's body have come; nil for a request that has ended.
    func bodyBytes(id: Int) -> Int? { runningByID[id]?.bodyBytes }

    /// Ends a request at once.
    ///
    /// - Returns: its result with the given reason, or nil when it has ended before.
    func abort(id: Int, because failure: TransferFailure) -> Result? {
        guard let easy = runningByID[id]?.easy, let transfer = detach(easy) else { return nil }
        return transfer.abort(failure)
    }

    private func detach(_ easy: UnsafeMutableRawPointer) -> HTTPTransfer? {
        curl_multi_remove_handle(wakeHandle, easy)
        guard let transfer = running.removeValue(forKey: easy) else { return nil }
        runningByID[transfer.id] = nil
        return transfer
    }
}

/// Why a request got no whole response.
enum TransferFailure: String, CaseIterable {
    case unresolved, refused, unconnected, insecure, timeout, broken
    case tooLarge = "too_large"
    case stopped

    /// - Parameter hasSent: whether any of the request had left.
    init(_ code: CURLcode, hasSent: Bool) {
        switch code {
        case CURLE_OPERATION_TIMEDOUT where !hasSent: self = .unconnected
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .unresolved
        case CURLE_COULDNT_CONNECT: self = .refused
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE:
            self = .insecure
        case CURLE_WRITE_ERROR: self = .tooLarge
        default: self = .broken
        }
    }

    /// The failure in words, after "the request to HOST ".
    var sentence: String {
        switch self {
        case .unresolved: "found no such host"
        case .refused: "found nobody listening"
        case .unconnected: "found no way through in time"
        case .insecure: "could not be secured (TLS)"
        case .timeout: "took too long"
        case .broken: "was cut off"
        case .tooLarge: "got too large a response"
        case .stopped: "was stopped"
        }
    }

    /// Whether the question itself can be the cause: the provider was reached, and then it went wrong.
    var blamesRow: Bool {
        switch self {
        case .timeout, .broken, .tooLarge: true
        case .unresolved, .refused, .unconnected, .insecure, .stopped: false
        }
    }
}
