import CCurl
import CPlatform
import DataPlane

/// Has libcurl send requests, on the thread that calls it (its multi interface).
///
/// libcurl says which sockets to watch and when it wants to be called again, and is only told of those on which something
/// has happened.
final class CurlTransport {
    private let multi: UnsafeMutableRawPointer
    private let watch: SocketWatch
    /// Requests that have ended and that ``takeEnded()`` has not told of yet.
    private var ended: [HTTPClient.Result] = []
    /// When libcurl wants to be called though nothing has happened, in ``monotonicNanoseconds()``.
    private(set) var due = UInt64.max
    /// By easy handle, as libcurl names them, and by id, as the caller does.
    private var running: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var runningByID: [Int: CurlTransfer] = [:]

    /// - Parameter keptConnections: how many connections are kept open for later requests.
    init(_ watch: SocketWatch, keptConnections: Int) {
        guard let multi = fdcurl_multi_open() else { fatalError("out of memory") }
        self.multi = multi
        self.watch = watch
        fdcurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, min(keptConnections, watch.mostRested))
        let context = Unmanaged.passUnretained(self).toOpaque()
        fdcurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        fdcurl_multi_set_socket(multi, takeSocket)
        fdcurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        fdcurl_multi_set_timer(multi, takeTimer)
    }

    deinit {
        for transfer in running.values { fdcurl_multi_remove(multi, transfer.easy) }
        fdcurl_multi_close(multi)
    }

    func start(id: Int, at site: CurlSite, headers: [String], body: [UInt8], onNewConnection: Bool) {
        let transfer = site.transfer()
        fdcurl_set_long(transfer.easy, CURLOPT_FRESH_CONNECT, onNewConnection ? 1 : 0)
        transfer.prepare(id: id, headers: headers, body: body)
        fdcurl_set_sockets(transfer.easy, openSocket, closeSocket, Unmanaged.passUnretained(watch).toOpaque())
        running[transfer.easy] = transfer
        runningByID[id] = transfer
        fdcurl_multi_add(multi, transfer.easy)
        // libcurl would begin it when it is called next, and there it may find the connection of an answer just read.
        act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    /// Whether a request has ended that ``takeEnded()`` has not told of yet.
    var hasEnded: Bool { !ended.isEmpty }

    func takeEnded() -> [HTTPClient.Result] {
        defer { ended.removeAll(keepingCapacity: true) }
        return ended
    }

    /// Has libcurl do what its time has come for.
    func actInTime() {
        guard due <= monotonicNanoseconds() else { return }
        due = .max
        act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    /// Has libcurl move on what something has happened to.
    func act(on socket: Int32, _ what: Int32) {
        var count: Int32 = 0
        fdcurl_multi_act(multi, socket, what, &count)
        while let message = fdcurl_multi_message(multi, &count) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            if let transfer = detach(easy) { ended.append(transfer.finish(code, isExhausted: watch.isExhausted)) }
        }
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
        due = milliseconds < 0 ? .max : monotonicNanoseconds() + UInt64(milliseconds) * 1_000_000
    }

    /// Nil for a request that is not under way here.
    func hasFirstByte(id: Int) -> Bool? { runningByID[id]?.hasFirstByte }

    /// Nil for a request that is not under way here.
    func bodyBytes(id: Int) -> Int? { runningByID[id]?.bodyBytes }

    func abort(id: Int, because failure: TransferFailure) -> HTTPClient.Result? {
        guard let easy = runningByID[id]?.easy, let transfer = detach(easy) else { return nil }
        return transfer.abort(failure)
    }

    private func detach(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        fdcurl_multi_remove(multi, easy)
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
    return Unmanaged<CurlTransport>.fromOpaque(context).takeUnretainedValue().watch(socket, for: what)
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
    Unmanaged<CurlTransport>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds: milliseconds)
    return 0
}

extension TransferFailure {
    /// - Parameters:
    ///   - hasSent: whether any of the request had left.
    ///   - isExhausted: whether no socket could be made.
    init(_ code: CURLcode, hasSent: Bool, isExhausted: Bool) {
        switch code {
        case CURLE_OPERATION_TIMEDOUT where !hasSent: self = .unconnected
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .unresolved
        case CURLE_COULDNT_CONNECT: self = isExhausted ? .exhausted : .refused
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE:
            self = .insecure
        case CURLE_WRITE_ERROR: self = .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: self = .malformed
        case CURLE_BAD_CONTENT_ENCODING: self = .encoded
        default: self = .broken
        }
    }
}
