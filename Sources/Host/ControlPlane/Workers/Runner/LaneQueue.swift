import DataPlane
import Synchronization

/// The batches that wait for a lane, and the lanes that wait for a batch.
final class LaneQueue: Sendable {
    struct Job: Sendable {
        var call: StepCall
        var completion: @Sendable (Result<StepOutput, Failure>) -> Void
    }

    enum Order: Sendable {
        case job(Job)
        case stop
    }

    private struct State {
        var waiting: [Job] = []
        /// The last lane to finish is the first to go on: its caches are warm.
        var idle: [Int]
        var isStopped = false
    }

    private let inboxes: [Mailbox<Order>]
    private let state: Mutex<State>

    init(lanes: Int) {
        inboxes = (0..<lanes).map { _ in Mailbox() }
        state = Mutex(State(idle: Array((0..<lanes).reversed())))
    }

    /// - Returns: false when the queue has been stopped.
    func submit(_ job: Job) -> Bool {
        state.withLock { state in
            if state.isStopped { return false }
            if let lane = state.idle.popLast() {
                inboxes[lane].send(.job(job))
            } else {
                state.waiting.append(job)
            }
            return true
        }
    }

    /// Serves a lane on its thread until the queue is stopped.
    func serve(_ lane: any Lane, index: Int) {
        while true {
            for order in inboxes[index].receive() {
                guard case .job(let first) = order else { return }
                var job: Job? = first
                while let next = job {
                    next.completion(lane.run(next.call))
                    job = state.withLock { state in
                        if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                        state.idle.append(index)
                        return nil
                    }
                }
            }
        }
    }

    /// Lets every lane end once it has done what it is doing.
    ///
    /// - Returns: the jobs that nobody will do.
    func stop() -> [Job] {
        let abandoned = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for inbox in inboxes { inbox.send(.stop) }
        return abandoned
    }
}
