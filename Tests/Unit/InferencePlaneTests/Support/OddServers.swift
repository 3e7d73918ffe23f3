import DataPlane
import Foundation

/// A socket that listens on the loopback, at a free port.
private func listener(backlog: Int32) throws -> (descriptor: Int32, address: sockaddr_in) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, length) == 0 && listen(descriptor, backlog) == 0
                && getsockname(descriptor, generic, &length) == 0
        }
    }
    guard isListening else { throw Failure("test", "no loopback port: \(systemMessage(errno))") }
    return (descriptor, address)
}

/// A server that answers the first bytes that come, closes its side, and reads on to the end; or resets the connection.
final class EarlyServer: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init(answer: String, resets: Bool = false) throws {
        let (descriptor, address) = try listener(backlog: 8)
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            // Closed here and nowhere else: once it is closed, its number may be that of another test's socket.
            defer { Foundation.close(descriptor) }
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 64 * 1024)
                _ = recv(connection, &buffer, 100, 0)
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                if resets {
                    // What has come and was not read makes a reset of the end.
                    var left: Int32 = 0
                    while left == 0 { _ = ioctl(connection, UInt(FIONREAD), &left) }
                } else {
                    shutdown(connection, Int32(SHUT_WR))
                    while recv(connection, &buffer, buffer.count, 0) > 0 {}
                }
                Foundation.close(connection)
            }
        }
    }

    /// Lets nobody in any more. To be called once.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// A port whose queue of new connections is full: who connects hears nothing.
final class FullListener {
    private var descriptors: [Int32] = []
    let port: UInt16

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - isSix: whether it is the loopback of IPv6.
    init(port wanted: UInt16 = 0, isSix: Bool = false) throws {
        let family = isSix ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var opened = [descriptor]
        var storage = sockaddr_storage()
        var port: UInt16 = 0
        let isListening = withUnsafeMutableBytes(of: &storage) { bytes -> Bool in
            guard let base = bytes.baseAddress else { return false }
            var length: socklen_t
            if isSix {
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_addr = in6addr_loopback
                address.sin6_port = wanted.bigEndian
                base.storeBytes(of: address, as: sockaddr_in6.self)
                length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            } else {
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = inet_addr("127.0.0.1")
                address.sin_port = wanted.bigEndian
                base.storeBytes(of: address, as: sockaddr_in.self)
                length = socklen_t(MemoryLayout<sockaddr_in>.size)
            }
            let generic = base.assumingMemoryBound(to: sockaddr.self)
            guard bind(descriptor, generic, length) == 0, listen(descriptor, 0) == 0,
                getsockname(descriptor, generic, &length) == 0
            else { return false }
            // Both kinds of address have the port at the same place.
            port = UInt16(bigEndian: base.load(fromByteOffset: 2, as: UInt16.self))
            for _ in 0..<4 {
                let filler = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                opened.append(filler)
                _ = connect(filler, generic, length)
            }
            return true
        }
        self.port = port
        descriptors = opened
        guard isListening else {
            close()
            throw Failure("test", "no such address: \(systemMessage(errno))")
        }
    }

    func close() { for descriptor in descriptors { Foundation.close(descriptor) } }
}
