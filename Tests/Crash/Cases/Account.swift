import Foundation
import Synchronization

/// What one run asks of a ``CountingServer``, over all its sessions, and how it is answered.
///
/// A session is a start of the host. The same question has the same `question` and `model`, whoever asks when.
final class Account: Sendable {
    struct Request: Sendable {
        var session: Int
        /// Requests of one connection come one after another.
        var connection: Int
        var model: String
        var question: String
        var choices: Int
        /// How often this had been asked, this time included.
        var time: Int
        /// Whether a whole answer has gone out.
        var isAnswered = false

        /// What the answers say: no two questions have the same ones.
        var texts: [String] { Account.texts(model: model, question: question, choices: choices) }
    }

    enum Reaction: Sendable {
        case answer
        case fail(Int, retryAfterSeconds: Int? = nil)
        /// Closes the connection without a word.
        case drop
        /// Says nothing until the client goes.
        case hold
    }

    /// The part of the URL that leads to this account.
    let name = UUID().uuidString
    private let latency: Duration
    private let react: @Sendable (Request) -> Reaction
    private let state = Mutex(State())

    private struct State {
        var session = 1
        var requests: [Request] = []
        var times: [String: Int] = [:]
        var answered = 0
        var triggers: [(answers: Int, action: @Sendable () -> Void)] = []
    }

    /// - Parameters:
    ///   - latency: what an answer takes.
    ///   - react: what to do with a request, called on the connection's own thread.
    init(latency: Duration = .zero, react: @escaping @Sendable (Request) -> Reaction = { _ in .answer }) {
        self.latency = latency
        self.react = react
    }

    static func texts(model: String, question: String, choices: Int) -> [String] {
        // A vector stands in the store as it came.
        if model == "embedder-model" { return ["[\(question.filter(\.isNumber)),1]"] }
        return ["one to \(question)", "two to \(question)"].suffix(choices).map {
            model == "judge-model" ? "\(question)!" : $0
        }
    }

    // MARK: For the test

    var requests: [Request] { state.withLock { $0.requests } }
    var asked: Int { state.withLock { $0.requests.count } }
    var answered: Int { state.withLock { $0.answered } }

    /// Counts what comes from now on for the next session.
    func beginSession() { state.withLock { $0.session += 1 } }

    /// Calls something, once, as soon as so many more answers have gone out; at once, when that is none.
    func after(answers: Int, _ action: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            if answers > 0 { state.triggers.append((state.answered + answers, action)) }
            return answers <= 0
        }
        if isDue { action() }
    }

    // MARK: For the server

    /// Notes a request that has come in as a whole.
    ///
    /// - Returns: its place in the account, and what to do with it.
    func note(connection: Int, model: String, question: String, choices: Int) -> (index: Int, reaction: Reaction) {
        let (index, request) = state.withLock { state in
            state.times["\(model) \(question)", default: 0] += 1
            let request = Request(
                session: state.session, connection: connection, model: model, question: question, choices: choices,
                time: state.times["\(model) \(question)"] ?? 0)
            state.requests.append(request)
            return (state.requests.count - 1, request)
        }
        if latency > .zero { usleep(UInt32(latency / .microseconds(1))) }
        return (index, react(request))
    }

    func answered(_ index: Int) {
        let due = state.withLock { state in
            state.requests[index].isAnswered = true
            state.answered += 1
            let due = state.triggers.filter { $0.answers <= state.answered }
            state.triggers.removeAll { $0.answers <= state.answered }
            return due
        }
        for trigger in due { trigger.action() }
    }
}
