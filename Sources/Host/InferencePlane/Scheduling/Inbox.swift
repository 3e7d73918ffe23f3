import CCurl
import DataPlane
import Synchronization

/// A question on its way into the gateway.
struct Submission: Sendable {
    let request: CompletionRequest
    let canonical: CanonicalQuestion
    let completion: @Sendable ([CompletionOutcome]) -> Void

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
        /// The multi handle to wake, as a number: it is a pointer for libcurl alone.
        var wakeHandle: UInt
        var admission: [String: Int] = [:]
    }

    private let state: Mutex<State>

    init(waking handle: UnsafeMutableRawPointer) {
        state = Mutex(State(wakeHandle: UInt(bitPattern: handle)))
    }

    /// Returns why nobody will take it, when the gateway has ended.
    func put(_ submission: Submission) -> String? {
        state.withLock { state in
            if let reason = state.closedBecause { return reason }
            state.submissions.append(submission)
            if state.submissions.count == 1 { Self.wake(state) }
            return nil
        }
    }

    /// Asks the gateway to end; an earlier time replaces a later one.
    func stop(by time: Int64) {
        state.withLock { state in
            state.stopBy = min(state.stopBy ?? time, time)
            if state.closedBecause == nil { Self.wake(state) }
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

    private static func wake(_ state: State) {
        curl_multi_wakeup(UnsafeMutableRawPointer(bitPattern: state.wakeHandle))
    }
}
