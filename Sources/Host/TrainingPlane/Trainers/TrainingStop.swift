import Synchronization

/// Asks a training to stop, from another thread: what an interruption does.
public final class TrainingStop: Sendable {
    private let flag = Atomic<Bool>(false)

    public init() {}

    public func request() { flag.store(true, ordering: .releasing) }

    var isRequested: Bool { flag.load(ordering: .acquiring) }
}
