import Foundation
import Synchronization

/// A few threads of their own for tests that block: they wait for a process, or compute for seconds.
///
/// Swift's own threads are as few as the processors: two tests that stand on them for a minute hold up all asynchronous tests of
/// a small machine, until those run into their time limits. These threads are few as well, so that not all programs under test
/// run at once: twice as many as processors, since programs wait too.
final class BlockingThreads: TaskExecutor {
    static let shared = BlockingThreads(count: ProcessInfo.processInfo.activeProcessorCount * 2)

    private let jobs = Mutex<[UnownedJob]>([])
    private let waitingJobs = DispatchSemaphore(value: 0)

    private init(count: Int) {
        for _ in 0..<count {
            Thread.detachNewThread { [self] in
                while true { runNext() }
            }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        waitingJobs.signal()
    }

    /// Runs the newest job, so that a test that has begun goes on before another one begins: its time limit counts.
    private func runNext() {
        waitingJobs.wait()
        let job = jobs.withLock { $0.removeLast() }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}
