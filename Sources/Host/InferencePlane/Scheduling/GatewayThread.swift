import DataPlane
import Glibc
import Synchronization

/// A thread of its own for the gateway: libcurl waits in it, which the cooperative pool must not do.
final class GatewayThread: Sendable {
    private let thread: pthread_t
    private let isJoined = Mutex(false)

    /// - Throws: ``Failure`` when the system gives no thread.
    init(_ body: sending @escaping () -> Void) throws(Failure) {
        let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        // Signals are for the main thread to handle.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThread, context)
        guard code == 0 else {
            Unmanaged<ThreadBody>.fromOpaque(context).release()
            throw Failure("thread", "the gateway cannot start its thread: \(systemMessage(code))")
        }
        self.thread = thread
    }

    /// Waits for the end of the thread. On the thread itself it returns at once, and the thread cleans up by itself.
    func join() {
        isJoined.withLock { isJoined in
            if isJoined { return }
            isJoined = true
            if pthread_equal(pthread_self(), thread) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
        }
    }
}

private final class ThreadBody {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
