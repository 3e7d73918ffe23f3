import DataPlane
import Foundation
import Synchronization

/// A real HTTP server on the loopback whose every response a test scripts, odd ones included.
///
/// The script is called on the connection's own thread, with requests numbered from 1 in the order of their arrival.
final class TestServer: Sendable {
    struct Request: Sendable {
        var number: Int
        var path: String
        /// Names in lower case.
        var headers: [String: String]
        var body: String

        var json: JSONValue { (try? JSONParser().parse(body)) ?? .null }
        /// The content of the last message.
        var question: String { json["messages"]?.array?.last?["content"]?.string ?? "" }
        /// How many choices it asks for.
        var count: Int { Int(json["n"]?.int ?? 1) }
    }

    enum Action: Sendable {
        case respond(Int, String, headers: [String: String] = [:])
        /// Answers 200 with a body that need not be UTF-8.
        case bytes([UInt8])
        /// Closes the connection without a word.
        case drop
        /// Promises more bytes than it sends, and closes.
        case cut(String)
        /// Sends these one after the other, and stays for the next request.
        case send([String])
        /// Sends this and closes.
        case raw(String)
        /// Sends this much and then nothing, until the client goes away.
        case stall(String)
    }

    private let descriptor: Int32
    let port: UInt16
    private let script: @Sendable (Request) -> Action
    private let state = Mutex<(requests: [Request], connections: Set<Int32>, made: Int, closed: Int, sent: Int)>(
        ([], [], 0, 0, 0))

    init(_ script: @escaping @Sendable (Request) -> Action) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.script = script
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isListening else { throw Failure("test", "no loopback port: \(systemMessage(errno))") }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            // Closed here and nowhere else: once it is closed, its number may be that of another test's socket.
            defer { Foundation.close(descriptor) }
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                guard let server = self else {
                    Foundation.close(connection)
                    return
                }
                Thread.detachNewThread { server.serve(connection) }
            }
        }
    }

    /// A server that answers every request with choices made by `text`.
    convenience init(answering text: @escaping @Sendable (Request, _ choice: Int) -> String) throws {
        try self.init { request in
            .respond(200, chatBody((0..<request.count).map { text(request, $0) }))
        }
    }

    var url: String { "http://127.0.0.1:\(port)/v1" }
    var requests: [Request] { state.withLock { $0.requests } }

    /// How many connections have been accepted, and how many of them this side has closed.
    var connectionsMade: Int { state.withLock { $0.made } }
    var connectionsClosed: Int { state.withLock { $0.closed } }

    /// How often `send` has been done.
    var responsesSent: Int { state.withLock { $0.sent } }

    /// Lets nobody in any more. To be called once.
    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        state.withLock { state in
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func serve(_ connection: Int32) {
        state.withLock {
            $0.connections.insert(connection)
            $0.made += 1
        }
        defer {
            state.withLock { _ = $0.connections.remove(connection) }
            Foundation.close(connection)
            state.withLock { $0.closed += 1 }
        }
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            switch script(request) {
            case .respond(let status, let body, let headers):
                let extra = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
                write(
                    connection,
                    "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                        + extra + "\r\n" + body)
            case .bytes(let body):
                write(connection, "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
                write(connection, body)
            case .drop: return
            case .cut(let part):
                write(connection, "HTTP/1.1 200 OK\r\nContent-Length: \(part.utf8.count + 100)\r\n\r\n" + part)
                return
            case .send(let parts):
                for part in parts { write(connection, part) }
                state.withLock { $0.sent += 1 }
            case .raw(let response):
                write(connection, response)
                return
            case .stall(let part):
                write(connection, part)
                var rest = [UInt8](repeating: 0, count: 64)
                while recv(connection, &rest, rest.count, 0) > 0 {}
                return
            }
        }
    }

    private func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let separator = Array("\r\n\r\n".utf8)
        var head: Range<Int>?
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            if head == nil { head = buffer.firstRange(of: separator) }
            if let head {
                var lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let first = lines.removeFirst().split(separator: " ")
                var headers: [String: String] = [:]
                for line in lines {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                }
                let end = head.upperBound + (Int(headers["content-length"] ?? "") ?? 0)
                if buffer.count >= end {
                    let body = String(decoding: buffer[head.upperBound..<end], as: UTF8.self)
                    buffer.removeFirst(end)
                    return state.withLock { state in
                        let request = Request(
                            number: state.requests.count + 1, path: String(first[1]), headers: headers, body: body)
                        state.requests.append(request)
                        return request
                    }
                }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            if count <= 0 { return nil }
            buffer += chunk[..<count]
        }
    }

    private func write(_ connection: Int32, _ text: String) { write(connection, Array(text.utf8)) }

    private func write(_ connection: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }
}

/// A response of `/chat/completions` with these texts as choices.
func chatBody(
    _ texts: [String], finishReason: String = "stop", promptTokens: Int64 = 37, completionTokens: Int64? = nil,
    model: String = "test-model"
) -> String {
    let choices = texts.enumerated().map { index, text -> JSONValue in
        [
            "finish_reason": .string(finishReason), "index": .int(Int64(index)),
            "message": ["role": "assistant", "content": .string(text)],
        ]
    }
    let completion = completionTokens ?? Int64(texts.count * 4)
    return
        ([
            "choices": .array(choices), "model": .string(model), "object": "chat.completion",
            "usage": ["prompt_tokens": .int(promptTokens), "completion_tokens": .int(completion)],
        ] as JSONValue).compact
}
