import DataPlane
import Synchronization

/// A question on its way into the gateway. A class, because it is handed on often and has many parts.
final class Submission: Sendable {
    let request: CompletionRequest
    let canonical: CanonicalQuestion
    let completion: @Sendable ([CompletionOutcome]) -> Void

    init(request: CompletionRequest, completion: @escaping @Sendable ([CompletionOutcome]) -> Void) {
        self.request = request
        canonical = CanonicalQuestion(request)
        self.completion = completion
    }

    func deferAll(_ reason: String) {
        completion(Array(repeating: .deferred(reason: reason), count: request.decode.candidates))
    }
}

/// What other threads have for the gateway's thread, and what they may know of it.
final class Inbox: Sendable {
    private struct State {
        var submissions: [Submission] = []
        /// Until when requests in flight may go on, in microseconds of the gateway's clock; nil while it runs.
        var stopBy: Int64?
        /// Why nothing is taken any more.
        var closedBecause: String?
        var admission: [String: Int] = [:]
    }

    private let state = Mutex(State())
    /// Wakes the gateway's thread.
    private let bell: SocketWatch.Bell

    init(bell: SocketWatch.Bell) { self.bell = bell }

    /// Returns why nobody will take it, when the gateway has ended.
    func put(_ submission: Submission) -> String? {
        state.withLock { state in
            if let reason = state.closedBecause { return reason }
            state.submissions.append(submission)
            if state.submissions.count == 1 { bell.ring() }
            return nil
        }
    }

    /// Asks the gateway to end; an earlier time replaces a later one.
    func stop(by time: Int64) {
        state.withLock { state in
            state.stopBy = min(state.stopBy ?? time, time)
            if state.closedBecause == nil { bell.ring() }
        }
    }

    func take() -> (submissions: [Submission], stopBy: Int64?) {
        state.withLock { state in
            defer { state.submissions = [] }
            return (state.submissions, state.stopBy)
        }
    }

    /// Refuses everything from now on. Returns what came last.
    func close(because reason: String) -> [Submission] {
        state.withLock { state in
            defer { state.submissions = [] }
            state.closedBecause = reason
            return state.submissions
        }
    }

    func setAdmission(_ admission: [String: Int]) { state.withLock { $0.admission = admission } }

    func admission(_ role: String) -> Int { state.withLock { $0.admission[role] ?? 1 } }
}
