import CPlatform
import DataPlane
import Glibc

/// Speaks plain HTTP/1.1 to numeric addresses, on the thread that calls it.
///
/// One request at a time on a connection; connections are kept open and used again, the last one first. A request is sent once:
/// when a connection turns out to be closed, it is the caller's to try again.
final class DirectTransport {
    /// A connection that has rested longer than this is looked at before it is used, and one that has rested much longer is not
    /// used: what lies between may have forgotten it.
    private static let briefRest: UInt64 = 100_000_000
    private static let longestRest: UInt64 = 118_000_000_000
    private static let bufferBytes = 64 << 10

    private let watch: SocketWatch
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 16)
    private var connections: [Int32: DirectConnection] = [:]
    private var running: [Int: DirectConnection] = [:]
    private var idle: [DirectTarget.Host: [DirectConnection]] = [:]
    /// Which of a host's addresses answered last.
    private var answering: [DirectTarget.Host: Int] = [:]
    private var ended: [HTTPClient.Result] = []
    /// No request under way is due before this.
    private(set) var due = UInt64.max

    init(_ watch: SocketWatch) { self.watch = watch }

    deinit {
        for socket in connections.keys { _ = watch.close(socket) }
        buffer.deallocate()
    }

    /// Whether a request has ended that ``takeEnded()`` has not told of yet.
    var hasEnded: Bool { !ended.isEmpty }

    func takeEnded() -> [HTTPClient.Result] {
        defer { ended.removeAll(keepingCapacity: true) }
        return ended
    }

    func start(id: Int, at site: DirectSite, headers: [String], body: [UInt8]) {
        let now = monotonicNanoseconds()
        let connection = rested(site.host, at: now) ?? DirectConnection(site.host)
        connection.begin(
            id: id, request: site.request(headers: headers, body: body), timeouts: site.timeouts, at: now)
        running[id] = connection
        due = min(due, connection.due)
        if connection.isConnecting { connect(connection) } else { send(connection) }
    }

    /// Moves on what something has happened to.
    ///
    /// - Returns: false for a socket of somebody else.
    func act(on socket: Int32, _ what: Int32) -> Bool {
        guard let connection = connections[socket] else { return false }
        if connection.isIdle {
            // Closed by the other side, or it says what nobody has asked for.
            idle[connection.host]?.removeAll { $0 === connection }
            close(connection)
            return true
        }
        if !connection.isSent, what & ~FDPLATFORM_READS != 0 { send(connection) }
        if connection.socket == socket, what & ~FDPLATFORM_WRITES != 0 { receive(connection) }
        return true
    }

    /// Ends requests whose time is up. Looks at all of them, but only when one may be due.
    func cutLate() {
        let now = monotonicNanoseconds()
        guard due <= now else { return }
        for connection in running.values where connection.due <= now {
            end(connection, connection.isConnecting ? .unconnected : .timeout)
        }
        due = running.values.lazy.map(\.due).min() ?? .max
    }

    /// Nil for a request that is not under way here.
    func hasFirstByte(id: Int) -> Bool? { running[id]?.response.hasBegun }

    /// Nil for a request that is not under way here.
    func bodyBytes(id: Int) -> Int? { running[id]?.response.body.count }

    func abort(id: Int, because failure: TransferFailure) -> HTTPClient.Result? {
        guard let connection = running.removeValue(forKey: id) else { return nil }
        close(connection)
        return connection.end(failure)
    }

    private func rested(_ host: DirectTarget.Host, at now: UInt64) -> DirectConnection? {
        while let connection = idle[host]?.popLast() {
            if case .idle(let since) = connection.phase, now - since < Self.longestRest,
                now - since < Self.briefRest || fdplatform_is_quiet(connection.socket) != 0
            {
                return connection
            }
            close(connection)
        }
        return nil
    }

    /// Begins to connect to the next of the host's addresses that lets it.
    private func connect(_ connection: DirectConnection) {
        let host = connection.host
        while connection.addressesTried < host.addresses.count {
            let index = ((answering[host] ?? 0) + connection.addressesTried) % host.addresses.count
            connection.addressesTried += 1
            connection.socket = watch.connect(to: host.addresses[index], port: host.port)
            guard connection.socket >= 0 else { continue }
            connections[connection.socket] = connection
            return send(connection)
        }
        end(connection, .refused)
    }

    /// Sends what can be sent. On a socket that is not connected yet this shows when it is.
    private func send(_ connection: DirectConnection) {
        while !connection.isSent {
            let count = connection.request.withUnsafeBytes { bytes in
                let rest = bytes[connection.sentBytes...]
                return Glibc.send(
                    connection.socket, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                connected(connection)
                connection.sentBytes += count
            } else if errno == EAGAIN {
                return expect(connection, FDPLATFORM_READS | FDPLATFORM_WRITES)
            } else if errno == EINTR {
                continue
            } else if connection.isConnecting {
                close(connection)
                return connect(connection)
            } else {
                // The other side may have closed because of an answer that it has given.
                connection.response.closesConnection()
                break
            }
        }
        expect(connection, FDPLATFORM_READS)
    }

    private func connected(_ connection: DirectConnection) {
        guard connection.isConnecting else { return }
        connection.phase = .exchanging
        let addresses = connection.host.addresses.count
        if addresses > 1 {
            answering[connection.host] =
                ((answering[connection.host] ?? 0) + connection.addressesTried - 1) % addresses
        }
    }

    private func expect(_ connection: DirectConnection, _ what: Int32) {
        if !watch.watch(connection.socket, for: what) { end(connection, .broken) }
    }

    /// Reads what has come.
    private func receive(_ connection: DirectConnection) {
        while true {
            let count = recv(connection.socket, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            let step =
                count > 0
                ? connection.response.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                : connection.response.end(isOrderly: count == 0)
            switch step {
            case .complete: return end(connection, nil)
            case .failed(let failure): return end(connection, failure)
            case .needsMore: if count < buffer.count { return }
            }
        }
    }

    /// Ends a request, and keeps its connection for the next where both sides can.
    private func end(_ connection: DirectConnection, _ failure: TransferFailure?) {
        running[connection.id] = nil
        if failure == nil, connection.response.keepsConnection, connection.isSent {
            connection.phase = .idle(since: monotonicNanoseconds())
            idle[connection.host, default: []].append(connection)
        } else {
            close(connection)
        }
        ended.append(connection.end(failure))
    }

    private func close(_ connection: DirectConnection) {
        guard connection.socket >= 0 else { return }
        connections[connection.socket] = nil
        _ = watch.close(connection.socket)
        connection.socket = -1
    }
}
