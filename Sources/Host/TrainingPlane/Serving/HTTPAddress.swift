import DataPlane
import Glibc

/// An http URL on this machine or another, which is asked whether it answers.
struct HTTPAddress {
    private let host: String
    private let port: String
    private let path: String
    private static let timeoutSeconds = 2

    /// - Throws: ``Failure`` of code `serve` for what is no http URL.
    init(_ url: String) throws(Failure) {
        let scheme = "http://"
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard url.hasPrefix(scheme), (1...2).contains(parts.count), !parts[0].isEmpty,
            parts.count == 1 || UInt16(parts[1]) != nil
        else {
            throw Failure("serve", "\(quoted(url)) is no http URL of a server that could be asked whether it is ready")
        }
        host = String(parts[0])
        port = parts.count == 2 ? String(parts[1]) : "80"
        path = rest.count == authority.count ? "/" : String(rest.dropFirst(authority.count))
    }

    /// Whether a GET is answered with 200 now.
    func answersOK() -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0, let first = found else { return false }
        defer { freeaddrinfo(found) }
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next?.pointee {
            if asks(address) { return true }
            next = address.ai_next
        }
        return false
    }

    private func asks(_ address: addrinfo) -> Bool {
        let descriptor = socket(
            address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else { return false }
        let request = Array("GET \(path) HTTP/1.0\r\nHost: \(host)\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return false
        }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64)
        // "HTTP/1.1 200" is all that matters.
        while answer.count < 12 {
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return false }
            answer += piece[..<count]
        }
        return answer.starts(with: Array("HTTP/1.".utf8)) && answer[8..<12].elementsEqual(Array(" 200".utf8))
    }
}
