import DataPlane
import Glibc
import Synchronization

/// A bound step on several lanes, each with a thread of its own.
///
/// ```
/// run(call) ──▶ an idle lane, or the queue ──▶ lane.run ──▶ completion
/// ```
final class StepPool: StepRunner {
    let reads: [Field]
    let adds: [Field]
    let parallelism: Int
    private let identity: StepIdentity
    private let queue: LaneQueue
    private let stop: StopSignal
    private let threads: Mutex<[ServiceThread]>

    private init(
        _ bound: BoundStep, step: StepSpec, identity: StepIdentity, queue: LaneQueue, stop: StopSignal,
        threads: [ServiceThread]
    ) {
        reads = bound.reads
        adds = step.adds.map(\.field)
        parallelism = threads.count
        self.identity = identity
        self.queue = queue
        self.stop = stop
        self.threads = Mutex(threads)
    }

    /// A pool that nobody holds any more ends its lanes without waiting for them.
    deinit { stopLanes() }

    /// Opens all lanes at the same time and waits for them.
    ///
    /// - Parameter open: makes a lane; called on the lane's thread.
    /// - Throws: the failure of a lane that cannot be opened; the others are closed again.
    static func start(
        lanes: Int, step: StepSpec, identity: StepIdentity, stop: StopSignal,
        open: @escaping @Sendable () throws(Failure) -> any Lane
    ) throws(Failure) -> StepPool {
        let queue = LaneQueue(lanes: lanes)
        let opened = Mailbox<Result<BoundStep, Failure>>()
        let threads = (0..<lanes).map { index in
            ServiceThread(name: "step-\(identity.step)") {
                do throws(Failure) {
                    let lane = try open()
                    opened.send(.success(lane.bound))
                    queue.serve(lane, index: index)
                    lane.close()
                } catch {
                    opened.send(.failure(error))
                }
            }
        }
        var results: [Result<BoundStep, Failure>] = []
        while results.count < lanes { results += opened.receive() }
        do throws(Failure) {
            let bound = try results[0].get()
            for result in results where try result.get() != bound {
                throw identity.violation(.schema, "'bind' answers the same question in two ways")
            }
            return StepPool(bound, step: step, identity: identity, queue: queue, stop: stop, threads: threads)
        } catch {
            stop.raise()
            _ = queue.stop()
            for thread in threads { thread.join() }
            throw error
        }
    }

    func run(_ call: StepCall, completion: @escaping @Sendable (Result<StepOutput, Failure>) -> Void) {
        precondition(
            call.batch.schema.fields.map(\.name) == reads.map(\.name),
            "a batch has exactly the columns that the step reads")
        if !queue.submit(LaneQueue.Job(call: call, completion: completion)) { completion(.failure(identity.cancelled)) }
    }

    /// Ends the lanes and waits for them. Not to be called from a completion.
    func shutdown() {
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        stopLanes()
        for thread in threads { thread.join() }
    }

    private func stopLanes() {
        stop.raise()
        for job in queue.stop() { job.completion(.failure(identity.cancelled)) }
    }
}
