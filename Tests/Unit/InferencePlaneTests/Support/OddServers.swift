import DataPlane
import Foundation

/// A socket that listens on the loopback.
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

/// A server that answers the first bytes that come, closes its side, and reads on to the end.
final class EarlyServer: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init(answer: String) throws {
        let (descriptor, address) = try listener(backlog: 8)
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 64 * 1024)
                _ = recv(connection, &buffer, 100, 0)
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                shutdown(connection, Int32(SHUT_WR))
                while recv(connection, &buffer, buffer.count, 0) > 0 {}
                Foundation.close(connection)
            }
        }
    }

    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        Foundation.close(descriptor)
    }
}

/// A port whose queue of new connections is full: who connects hears nothing.
final class FullListener {
    private var descriptors: [Int32] = []
    let port: UInt16

    init() throws {
        var (descriptor, address) = try listener(backlog: 0)
        port = UInt16(bigEndian: address.sin_port)
        descriptors = [descriptor]
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(filler)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    func close() { for descriptor in descriptors { Foundation.close(descriptor) } }
}
