/// A connection to a host, and the request under way on it.
final class DirectConnection {
    /// How far it is.
    enum Phase {
        case connecting, exchanging
        /// Kept open since a time, in ``monotonicNanoseconds()``.
        case idle(since: UInt64)
    }

    let host: DirectTarget.Host
    /// -1 for none.
    var socket: Int32 = -1
    /// How many of the host's addresses have been tried.
    var addressesTried = 0
    var phase = Phase.connecting
    private(set) var id = 0
    /// The request, as long as some of it has not left.
    var request: [UInt8] = []
    var sentBytes = 0
    var response = ResponseReader()
    /// When it has to be connected, and the request over.
    private(set) var connectDue: UInt64 = 0
    private(set) var totalDue: UInt64 = 0

    init(_ host: DirectTarget.Host) { self.host = host }

    var isIdle: Bool { if case .idle = phase { true } else { false } }
    var isConnecting: Bool { if case .connecting = phase { true } else { false } }
    var isSent: Bool { sentBytes == request.count }
    /// By when the next step has to be made.
    var due: UInt64 { isConnecting ? min(connectDue, totalDue) : totalDue }

    /// Takes a request that begins now.
    func begin(id: Int, request: [UInt8], timeouts: Endpoint.Timeouts, at now: UInt64) {
        self.id = id
        self.request = request
        sentBytes = 0
        response = ResponseReader()
        connectDue = now + UInt64(timeouts.connectMilliseconds) * 1_000_000
        totalDue = now + UInt64(timeouts.totalMilliseconds) * 1_000_000
        if !isConnecting { phase = .exchanging }
    }

    /// How the request ended; the connection keeps nothing of it.
    func end(_ failure: TransferFailure?) -> HTTPClient.Result {
        let result = HTTPClient.Result(
            id: id, failure: failure, status: response.status, body: response.body, rates: response.rates)
        request = []
        sentBytes = 0
        response = ResponseReader()
        return result
    }
}
