import CPlatform
import DataPlane
import Glibc
import Synchronization

/// One place where batches of a step run, one after the other: a worker process, or an instance in the host.
///
/// Made, used and closed on one thread of a ``StepPool``.
protocol Lane: AnyObject {
    var bound: BoundStep { get }

    func run(_ call: StepCall) -> Result<StepOutput, Failure>

    /// Frees everything, gently where that is possible.
    func close()
}

/// Tells the threads of a pool, and what they wait for, that nothing more is wanted.
///
/// Waiting threads poll ``descriptor``: it hangs up. Running steps ask ``isRaised``.
final class StopSignal: Sendable {
    let descriptor: Int32
    private let writer: Int32
    // An inline step asks for every row, so asking takes no lock.
    private let flag = Atomic(false)

    init() throws(Failure) {
        var pipe: [Int32] = [-1, -1]
        guard fdplatform_pipe(&pipe) == 0 else { throw .system("make", "a pipe", errno: errno) }
        descriptor = pipe[0]
        writer = pipe[1]
    }

    deinit {
        raise()
        Glibc.close(descriptor)
    }

    var isRaised: Bool { flag.load(ordering: .acquiring) }

    func raise() {
        if !flag.exchange(true, ordering: .acquiringAndReleasing) { Glibc.close(writer) }
    }
}
