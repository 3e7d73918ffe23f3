import CPlatform
import DataPlane
import Glibc

/// Speaks plain HTTP/1.1 to numeric addresses, on the thread that calls it.
///
/// One request at a time on a connection; connections are kept open and used again, the last one first. A request is sent once:
/// when a connection turns out to be closed, it is the caller's to try again.
final class DirectTransport {
    /// A connection that has rested longer is not used: what lies between may have forgotten it.
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

    func start(id: Int, at site: DirectSite, headers: [String], body: [UInt8], onNewConnection: Bool) {
        let now = monotonicNanoseconds()
        let rested = onNewConnection ? nil : rested(site.host, at: now)
        let connection = rested ?? DirectConnection(site.host)
        connection.begin(
            id: id, request: site.request(headers: headers, body: body), timeouts: site.timeouts, at: now)
        running[id] = connection
        if connection.isConnecting { connect(connection, at: now) } else { send(connection) }
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
        if connection.socket == socket, !connection.isConnecting, what & ~FDPLATFORM_WRITES != 0 { receive(connection) }
        return true
    }

    /// Ends requests whose time is up. Looks at all of them, but only when one may be due.
    func cutLate() {
        let now = monotonicNanoseconds()
        guard due <= now else { return }
        for connection in running.values where connection.due <= now {
            if connection.isConnecting, connection.hasMoreAddresses, connection.totalDue > now {
                close(connection)
                connect(connection, at: now)
            } else {
                end(connection, connection.isConnecting ? .unconnected : .timeout)
            }
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
        return connection.takeResult(failure)
    }

    private func rested(_ host: DirectTarget.Host, at now: UInt64) -> DirectConnection? {
        while let connection = idle[host]?.popLast() {
            // Its end may have come since sockets were looked at last, or something that nobody has asked for.
            if case .idle(let since) = connection.phase, now - since < Self.longestRest,
                fdplatform_is_quiet(connection.socket) != 0
            {
                return connection
            }
            close(connection)
        }
        return nil
    }

    /// Begins to connect to the next of the host's addresses that lets it.
    private func connect(_ connection: DirectConnection, at now: UInt64) {
        let host = connection.host
        while let index = connection.nextAddress(from: answering[host] ?? 0, at: now) {
            connection.socket = watch.connect(to: host.addresses[index], port: host.port)
            if watch.isExhausted, closeRested() {
                connection.socket = watch.connect(to: host.addresses[index], port: host.port)
            }
            guard connection.socket >= 0 else { continue }
            connections[connection.socket] = connection
            return send(connection)
        }
        end(connection, watch.isExhausted ? .exhausted : .refused)
    }

    /// Makes room for another connection. Returns whether there was one that nobody uses.
    @discardableResult
    private func closeRested() -> Bool {
        guard let host = idle.first(where: { !$0.value.isEmpty })?.key, let rested = idle[host]?.removeFirst() else {
            return false
        }
        close(rested)
        return true
    }

    /// Sends what can be sent. On a socket that is not connected yet this shows when it is.
    private func send(_ connection: DirectConnection) {
        due = min(due, connection.due)
        while !connection.isSent {
            let count = connection.request.withUnsafeBytes { bytes in
                let rest = bytes[connection.sentBytes...]
                return Glibc.send(
                    connection.socket, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                if connection.isConnecting, connection.host.addresses.count > 1 {
                    answering[connection.host] = connection.address
                }
                connection.phase = .exchanging
                connection.sentBytes += count
            } else if errno == EAGAIN {
                return expect(connection, FDPLATFORM_READS | FDPLATFORM_WRITES)
            } else if errno == EINTR {
                continue
            } else if connection.isConnecting {
                close(connection)
                return connect(connection, at: monotonicNanoseconds())
            } else {
                // The other side may have closed because of an answer that it has given.
                connection.isCut = true
                break
            }
        }
        expect(connection, FDPLATFORM_READS)
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
                : connection.response.takeEnd(isOrderly: count == 0 && !connection.isCut)
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
        if failure == nil, connection.response.keepsConnection, connection.isSent, !connection.isCut {
            connection.phase = .idle(since: monotonicNanoseconds())
            idle[connection.host, default: []].append(connection)
            if connections.count - running.count > watch.mostRested { closeRested() }
        } else {
            close(connection)
        }
        ended.append(connection.takeResult(failure))
    }

    private func close(_ connection: DirectConnection) {
        guard connection.socket >= 0 else { return }
        connections[connection.socket] = nil
        _ = watch.close(connection.socket)
        connection.socket = -1
    }
}
