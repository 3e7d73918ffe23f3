import Glibc

/// A queue between threads: any number of senders, one receiver that waits.
///
/// Unchecked because it guards its state with a POSIX mutex, which the compiler cannot see; every access holds it.
public final class Mailbox<Message: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var messages: [Message] = []

    public init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrived, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrived)
        pthread_mutex_destroy(mutex)
        arrived.deallocate()
        mutex.deallocate()
    }

    public func send(_ message: Message) {
        pthread_mutex_lock(mutex)
        messages.append(message)
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
    }

    /// Whether nothing has arrived that was not received.
    public var isEmpty: Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return messages.isEmpty
    }

    /// Everything that has arrived, in order; waits for the first message, but not past the deadline.
    ///
    /// - Parameter deadlineNanoseconds: on ``monotonicNanoseconds()``; nil waits for ever.
    /// - Returns: an empty array when the deadline has passed.
    public func receive(deadlineNanoseconds: UInt64? = nil) -> [Message] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while messages.isEmpty {
            guard let deadlineNanoseconds else {
                pthread_cond_wait(arrived, mutex)
                continue
            }
            var time = timespec(
                tv_sec: Int(deadlineNanoseconds / 1_000_000_000), tv_nsec: Int(deadlineNanoseconds % 1_000_000_000))
            if pthread_cond_timedwait(arrived, mutex, &time) == ETIMEDOUT { break }
        }
        let received = messages
        messages = []
        return received
    }
}

/// Time since some fixed point, unaffected by changes of the clock.
public func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
