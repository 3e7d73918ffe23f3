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
    /// Which of the host's addresses it is connected to, or connecting.
    private(set) var address = 0
    private var addressesTried = 0
    var phase = Phase.connecting
    private(set) var id = 0
    private(set) var request: [UInt8] = []
    var sentBytes = 0
    /// The rest of the request could not be sent.
    var isCut = false
    var response = ResponseReader()
    /// How long it may take to connect to one address, by when it has to be, and by when the request has to be over.
    private var connectSpan: UInt64 = 0
    private var connectDue: UInt64 = 0
    private(set) var totalDue: UInt64 = 0

    init(_ host: DirectTarget.Host) { self.host = host }

    var isIdle: Bool { if case .idle = phase { true } else { false } }
    var isConnecting: Bool { if case .connecting = phase { true } else { false } }
    var isSent: Bool { sentBytes == request.count }
    var hasMoreAddresses: Bool { addressesTried < host.addresses.count }
    /// By when the next step has to be made.
    var due: UInt64 { isConnecting ? min(connectDue, totalDue) : totalDue }

    /// Takes a request that begins now.
    func begin(id: Int, request: [UInt8], timeouts: Endpoint.Timeouts, at now: UInt64) {
        self.id = id
        self.request = request
        sentBytes = 0
        response = ResponseReader()
        connectSpan = Self.nanoseconds(timeouts.connectMilliseconds) / UInt64(host.addresses.count)
        totalDue = now + Self.nanoseconds(timeouts.totalMilliseconds)
        if !isConnecting { phase = .exchanging }
    }

    /// At most some thirty years: no sum of times overflows.
    private static func nanoseconds(_ milliseconds: Int64) -> UInt64 { UInt64(min(milliseconds, 1 << 40)) * 1_000_000 }

    /// The next address to connect to, beginning with the one given; nil when all have been tried.
    func nextAddress(from first: Int, at now: UInt64) -> Int? {
        guard hasMoreAddresses else { return nil }
        address = addressesTried == 0 ? first : (address + 1) % host.addresses.count
        addressesTried += 1
        connectDue = now + connectSpan
        return address
    }

    /// How the request ended; the connection keeps nothing of it.
    func takeResult(_ failure: TransferFailure?) -> HTTPClient.Result {
        let result = HTTPClient.Result(
            id: id, failure: failure, status: response.status, body: response.body, rates: response.rates)
        request = []
        sentBytes = 0
        response = ResponseReader()
        return result
    }
}
