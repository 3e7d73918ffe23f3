import DataPlane

/// Runs many HTTP requests at once on the thread that calls it.
///
/// The cost of a turn does not grow with the requests under way: it looks only at sockets on which something has happened.
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
        /// What the headers say of the provider's rates.
        var rates: RateHeaders
    }

    /// A response above this is cut off: 64 MiB.
    static let largestBody = 64 << 20

    /// How many connections libcurl keeps open for later requests. To be set before the first.
    var keptConnections = 64
    private let watch: SocketWatch
    private let direct: DirectTransport
    /// There when a site has needed it.
    private var curl: CurlTransport?
    /// Sockets that ``perform()`` has to look at.
    private var ready: [SocketWatch.Ready] = []

    init() throws(Failure) {
        watch = try SocketWatch()
        direct = DirectTransport(watch)
    }

    var bell: SocketWatch.Bell { watch.bell }

    /// Sends a request; its result comes out of a later ``perform()`` under the same id.
    ///
    /// - Parameter onNewConnection: whether no connection is used that has served others, and may be closed by now.
    func start(id: Int, at site: HTTPSite, headers: [String], body: [UInt8], onNewConnection: Bool = false) {
        switch site {
        case .direct(let site):
            direct.start(id: id, at: site, headers: headers, body: body, onNewConnection: onNewConnection)
        case .curl(let site):
            let curl = curl ?? CurlTransport(watch, keptConnections: keptConnections)
            self.curl = curl
            curl.start(id: id, at: site, headers: headers, body: body, onNewConnection: onNewConnection)
        }
    }

    /// Whether a request has ended that ``perform()`` has not told of yet.
    var hasEnded: Bool { direct.hasEnded || curl?.hasEnded ?? false }

    /// Moves all requests on as far as they go without waiting.
    ///
    /// - Returns: those that have ended.
    func perform() -> [Result] {
        for (socket, what) in ready where !direct.act(on: socket, what) { curl?.act(on: socket, what) }
        ready.removeAll(keepingCapacity: true)
        direct.cutLate()
        curl?.actInTime()
        return direct.takeEnded() + (curl?.takeEnded() ?? [])
    }

    /// Waits until there is something to do for ``perform()``, but not longer.
    func wait(milliseconds: Int32) {
        let now = monotonicNanoseconds()
        let due = hasEnded ? now : min(direct.due, curl?.due ?? .max)
        let left = due > now ? (due - now - 1) / 1_000_000 + 1 : 0
        ready = watch.wait(milliseconds: min(milliseconds, Int32(clamping: left)))
    }

    /// Whether a request has got the first byte of its response; false for one that has ended.
    func hasFirstByte(id: Int) -> Bool { direct.hasFirstByte(id: id) ?? curl?.hasFirstByte(id: id) ?? false }

    /// How many bytes of a response's body have come; nil for a request that has ended.
    func bodyBytes(id: Int) -> Int? { direct.bodyBytes(id: id) ?? curl?.bodyBytes(id: id) }

    /// Ends a request at once.
    ///
    /// - Returns: its result with the given reason, or nil when it has ended before.
    func abort(id: Int, because failure: TransferFailure) -> Result? {
        direct.abort(id: id, because: failure) ?? curl?.abort(id: id, because: failure)
    }
}
