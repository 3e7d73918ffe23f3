import DataPlane
import Foundation
import Glibc
import Synchronization

/// A provider on the loopback, in this process, that keeps account of what it is asked, for many runs at once.
///
/// Each run has an ``Account`` with a URL of its own. A connection has a thread, which answers its requests in turn.
final class CountingServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var accounts: [String: Account] = [:]
        /// By number: the descriptor, and whose it is once a request has said so.
        var connections: [Int: (descriptor: Int32, account: String?)] = [:]
        var accepted = 0
        var isStopped = false
    }

    /// The one that most tests use.
    static let shared = Swift.Result { try CountingServer() }

    /// - Parameter port: 0 for one that is free.
    init(port: UInt16 = 0) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isListening else { throw Failure("test", "no loopback port: \(systemMessage(errno))") }
        self.port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                let number = state.withLock { state in
                    state.accepted += 1
                    state.connections[state.accepted] = (connection, nil)
                    if state.isStopped { shutdown(connection, Int32(SHUT_RDWR)) }
                    return state.accepted
                }
                Thread.detachNewThread { self.serve(connection, number) }
            }
        }
    }

    /// Answers for an account from now on; its base URL. Half of the accounts have one that is left to libcurl.
    func open(_ account: Account) -> String {
        state.withLock { $0.accounts[account.name] = account }
        let host = account.name.utf8.reduce(0, ^) % 2 == 0 ? "127.0.0.1" : "127.1"
        return "http://\(host):\(port)/\(account.name)/v1"
    }

    /// Closes the port and all connections.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            for connection in state.connections.values { shutdown(connection.descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Waits until no client of an account is connected any more, so that one that was killed can ask nothing.
    func settle(_ account: Account) throws {
        // Connections are accepted in turn, so this one comes after all that the killed one has made.
        let last = try connectOnce()
        let deadline = Date(timeIntervalSinceNow: 60)
        let isSettled = { [self] in
            state.withLock { state in
                !state.connections.contains { number, connection in
                    number < last && (connection.account == nil || connection.account == account.name)
                }
            }
        }
        while !isSettled() {
            guard Date() < deadline else { throw Failure("test", "a connection of a dead client does not end") }
            usleep(500)
        }
    }

    /// Makes a connection of our own; its number.
    private func connectOnce() throws -> Int {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(client, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Failure("test", "the server does not accept: \(systemMessage(errno))") }
        let connection = HTTPConnection(client)
        guard connection.send("GET /number HTTP/1.1\r\n\r\n"), let number = Int(connection.rest()) else {
            throw Failure("test", "the server does not answer")
        }
        return number
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        defer {
            state.withLock { _ = $0.connections.removeValue(forKey: number) }
            // Ends the connection also when a program that was started meanwhile has inherited it.
            shutdown(descriptor, Int32(SHUT_RDWR))
            close(descriptor)
        }
        let connection = HTTPConnection(descriptor)
        var account: Account?
        let parser = JSONParser()
        while let (path, body) = connection.nextRequest() {
            if path == "/number" {
                _ = connection.send("\(number)")
                return
            }
            if account == nil {
                account = state.withLock { state in
                    let account = state.accounts[path.split(separator: "/").first.map(String.init) ?? ""]
                    state.connections[number]?.account = account?.name
                    return account
                }
            }
            guard let account, let json = try? parser.parse(body), let model = json["model"]?.string,
                let question = json["messages"]?.array?.last?["content"]?.string ?? Self.onlyInput(json)
            else { return }
            let choices = Int(json["n"]?.int ?? 1)
            let (index, reaction) = account.note(
                connection: number, model: model, question: question, choices: choices)
            switch reaction {
            case .answer:
                let texts = Account.texts(model: model, question: question, choices: choices)
                let body = json["input"] != nil ? Self.vector(model, texts[0]) : Self.completion(model: model, texts)
                guard connection.respond(200, body) else { return }
                account.answered(index)
            case .fail(let status, let retryAfterSeconds):
                let header = retryAfterSeconds.map { "Retry-After: \($0)\r\n" } ?? ""
                guard connection.respond(status, #"{"error": {"message": "so the test says"}}"#, header: header) else {
                    return
                }
            case .drop: return
            case .hold:
                _ = connection.rest()
                return
            }
        }
    }

    /// What every answer is said to have used, so that it can be counted from outside.
    static let promptTokens: Int64 = 11
    static let completionTokensPerChoice: Int64 = 3

    /// The beginning of the one text of which a vector is wanted.
    private static func onlyInput(_ json: JSONValue) -> String? {
        guard let inputs = json["input"]?.array, inputs.count == 1, let text = inputs[0].string else { return nil }
        return text.split(separator: "?").first.map(String.init)
    }

    private static func vector(_ model: String, _ vector: String) -> String {
        let tokens = promptTokens + completionTokensPerChoice
        return #"{"object": "list", "model": "\#(model)", "data": [{"index": 0, "embedding": \#(vector)}], "#
            + #""usage": {"prompt_tokens": \#(tokens), "total_tokens": \#(tokens)}}"#
    }

    private static func completion(model: String, _ texts: [String]) -> String {
        let choices = texts.enumerated().map { index, text -> JSONValue in
            [
                "index": .int(Int64(index)), "finish_reason": "stop",
                "message": ["role": "assistant", "content": .string(text)],
            ]
        }
        let completion = completionTokensPerChoice * Int64(texts.count)
        return
            ([
                "object": "chat.completion", "model": .string(model), "choices": .array(choices),
                "usage": ["prompt_tokens": .int(promptTokens), "completion_tokens": .int(completion)],
            ] as JSONValue).compact
    }
}
