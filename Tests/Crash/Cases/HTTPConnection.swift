import Foundation
import Glibc

/// One connection of a client, as much HTTP/1.1 as the host speaks to a server.
final class HTTPConnection {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The next request that comes in as a whole; nil at the end.
    func nextRequest() -> (path: String, body: String)? {
        let separator = Array("\r\n\r\n".utf8)
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            if let head = buffer.firstRange(of: separator) {
                let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let length = lines.lazy.compactMap { line in
                    line.lowercased().hasPrefix("content-length:") ? Int(line.dropFirst(15).drop { $0 == " " }) : nil
                }.first
                let end = head.upperBound + (length ?? 0)
                if buffer.count >= end {
                    let body = String(decoding: buffer[head.upperBound..<end], as: UTF8.self)
                    buffer.removeFirst(end)
                    return (String(lines[0].split(separator: " ")[1]), body)
                }
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return nil }
            buffer += chunk[..<count]
        }
    }

    /// Whether the response has gone out as a whole.
    func respond(_ status: Int, _ body: String, header: String = "") -> Bool {
        send(
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(header)\r\n"
                + body)
    }

    /// Whether all of it has gone out.
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// All that comes until the other side closes.
    func rest() -> String {
        var chunk = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count <= 0 { return String(decoding: buffer, as: UTF8.self) }
            buffer += chunk[..<count]
        }
    }
}
