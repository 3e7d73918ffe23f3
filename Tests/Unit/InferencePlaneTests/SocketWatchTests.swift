import CPlatform
import Glibc
import Testing

@testable import InferencePlane

@Suite struct SocketWatchTests {
    /// A connected socket of a watch, and its other end.
    private struct Connection {
        let socket: Int32
        let other: Int32

        init(_ watch: SocketWatch) throws {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let stream = Int32(SOCK_STREAM.rawValue)
            // First, so that it gets the lowest number that is free.
            let connecting = watch.open(family: AF_INET, type: stream, protocol: 0)
            let listener = Glibc.socket(AF_INET, stream, 0)
            defer { close(listener) }
            let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(listener, address, length) == 0 && listen(listener, 1) == 0
                        && getsockname(listener, address, &length) == 0 && connect(connecting, address, length) == 0
                }
            }
            try #require(isConnected)
            socket = connecting
            other = accept(listener, nil, nil)
        }

        func say() { #expect(write(other, "x", 1) == 1) }
    }

    @Test func whatHappensToASocketThatNobodyWantsIsNotTold() throws {
        let watch = try SocketWatch()
        let connection = try Connection(watch)
        defer { close(connection.other) }
        #expect(watch.watch(connection.socket, for: FDPLATFORM_READS))
        #expect(watch.watch(connection.socket, for: 0))
        connection.say()
        #expect(watch.wait(milliseconds: 1000).isEmpty)
        #expect(watch.wait(milliseconds: 0).isEmpty)
        #expect(watch.watch(connection.socket, for: FDPLATFORM_READS))
        #expect(watch.wait(milliseconds: 10_000).map(\.socket) == [connection.socket])
        #expect(watch.close(connection.socket) == 0)
    }

    @Test func aNumberThatIsUsedAgainIsAnotherSocket() throws {
        let watch = try SocketWatch()
        let first = try Connection(watch)
        #expect(watch.watch(first.socket, for: FDPLATFORM_READS))
        close(first.other)
        // Another test may get the number first; then this one shows nothing, but it does not fail.
        #expect(watch.close(first.socket) == 0)
        let second = try Connection(watch)
        defer { close(second.other) }
        #expect(watch.watch(second.socket, for: FDPLATFORM_READS))
        second.say()
        #expect(watch.wait(milliseconds: 10_000).map(\.socket) == [second.socket])
        #expect(watch.close(second.socket) == 0)
    }
}
