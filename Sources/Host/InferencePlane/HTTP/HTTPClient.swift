import CCurl
import CPlatform
import DataPlane

/// Runs many HTTP requests at once on the thread that calls it (libcurl's multi interface).
///
/// libcurl says which sockets to watch and when it wants to be called again, and is only told of those on which something
/// has happened: the cost of a turn does not grow with the requests under way.
///
/// ```swift
/// client.start(id: 1, at: site, headers: ["X-A: b"], body: Array("{}".utf8))
/// client.wait(milliseconds: 1000)
/// for result in client.perform() { … }
/// ```
///
/// Another thread ends ``wait(milliseconds:)`` by ringing the ``bell``.
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

    private let multi: UnsafeMutableRawPointer
    private let watch: SocketWatch
    /// Sockets that ``perform()`` has to look at.
    private var ready: [SocketWatch.Ready] = []
    /// Requests that have ended and that ``perform()`` has not told of yet.
    private var ended: [Result] = []
    /// When libcurl wants to be called though nothing has happened, in ``monotonicNanoseconds()``.
    private var timerDue: UInt64?
    /// By easy handle, as libcurl names them, and by id, as the caller does.
    private var running: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private var runningByID: [Int: HTTPTransfer] = [:]

    init() throws(Failure) {
        guard Self.libraryIsReady, let multi = curl_multi_init() else {
            throw Failure("http", "libcurl cannot be started; is there enough memory?")
        }
        self.multi = multi
        watch = try SocketWatch()
        let context = Unmanaged.passUnretained(self).toOpaque()
        fdcurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        fdcurl_multi_set_socket(multi, takeSocket)
        fdcurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        fdcurl_multi_set_timer(multi, takeTimer)
    }

    deinit {
        for transfer in running.values { curl_multi_remove_handle(multi, transfer.easy) }
        curl_multi_cleanup(multi)
    }

    var bell: SocketWatch.Bell { watch.bell }

    private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// How many connections are kept open for later requests.
    func keepConnections(_ count: Int) { fdcurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, count) }

    /// Sends a POST request; its result comes out of a later ``perform()`` under the same id.
    func start(id: Int, at site: HTTPSite, headers: [String], body: [UInt8]) {
        let transfer = site.transfer()
        transfer.prepare(id: id, headers: headers, body: body)
        fdcurl_set_sockets(transfer.easy, openSocket, closeSocket, Unmanaged.passUnretained(watch).toOpaque())
        running[transfer.easy] = transfer
        runningByID[id] = transfer
        curl_multi_add_handle(multi, transfer.easy)
        // libcurl would begin it when it is called next, and there it may find the connection of an answer just read.
        act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    /// Whether a request has ended that ``perform()`` has not told of yet.
    var hasEnded: Bool { !ended.isEmpty }

    /// Moves all requests on as far as they go without waiting.
    ///
    /// - Returns: those that have ended.
    func perform() -> [Result] {
        for (socket, what) in ready { act(on: socket, what) }
        ready.removeAll(keepingCapacity: true)
        if let due = timerDue, due <= monotonicNanoseconds() {
            timerDue = nil
            act(on: CURL_SOCKET_TIMEOUT, 0)
        }
        defer { ended.removeAll(keepingCapacity: true) }
        return ended
    }

    private func act(on socket: Int32, _ what: Int32) {
        var count: Int32 = 0
        curl_multi_socket_action(multi, socket, what, &count)
        while let message = curl_multi_info_read(multi, &count) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            if let transfer = detach(easy) { ended.append(transfer.finish(code)) }
        }
    }

    /// Waits until there is something to do for ``perform()``, but not longer.
    func wait(milliseconds: Int32) {
        var milliseconds = hasEnded ? 0 : milliseconds
        if let timerDue {
            let now = monotonicNanoseconds()
            let left = timerDue > now ? (timerDue - now + 999_999) / 1_000_000 : 0
            milliseconds = min(milliseconds, Int32(clamping: left))
        }
        ready = watch.wait(milliseconds: milliseconds)
    }

    /// Takes from libcurl what to watch a socket for. Returns what libcurl expects: 0, or -1 for a request that must fail.
    fileprivate func watch(_ socket: Int32, for what: Int32) -> Int32 {
        var wanted: Int32 = 0
        if what == CURL_POLL_IN || what == CURL_POLL_INOUT { wanted |= FDPLATFORM_READS }
        if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { wanted |= FDPLATFORM_WRITES }
        return watch.watch(socket, for: wanted) ? 0 : -1
    }

    /// - Parameter milliseconds: -1 for no timer.
    fileprivate func setTimer(milliseconds: Int) {
        timerDue = milliseconds < 0 ? nil : monotonicNanoseconds() + UInt64(milliseconds) * 1_000_000
    }

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
        curl_multi_remove_handle(multi, easy)
        guard let transfer = running.removeValue(forKey: easy) else { return nil }
        runningByID[transfer.id] = nil
        return transfer
    }
}

private func takeSocket(
    _ easy: UnsafeMutableRawPointer?, _ socket: Int32, _ what: Int32, _ context: UnsafeMutableRawPointer?,
    _ own: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return -1 }
    return Unmanaged<HTTPClient>.fromOpaque(context).takeUnretainedValue().watch(socket, for: what)
}

private func openSocket(
    _ watch: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let watch, let address = address?.pointee else { return -1 }
    return Unmanaged<SocketWatch>.fromOpaque(watch).takeUnretainedValue().open(
        family: address.family, type: address.socktype, protocol: address.protocol)
}

private func closeSocket(_ watch: UnsafeMutableRawPointer?, _ socket: curl_socket_t) -> Int32 {
    guard let watch else { return -1 }
    return Unmanaged<SocketWatch>.fromOpaque(watch).takeUnretainedValue().close(socket)
}

private func takeTimer(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return -1 }
    Unmanaged<HTTPClient>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds: milliseconds)
    return 0
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
