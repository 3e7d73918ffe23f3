import ControlPlane
import DataPlane
import Glibc

/// Turns SIGINT and SIGTERM into an orderly end of the run; the second one ends the process at once.
///
/// ``block()`` has to be called before any other thread starts, since threads inherit the mask.
enum Interruption {
    private static func signals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        return set
    }

    static func block() {
        var set = signals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A closed pipe or socket is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `onFirst` with the first signal, on a thread of its own.
    static func watch(_ onFirst: @escaping @Sendable (Int32) -> Void) {
        // The thread waits for as long as the process lives.
        _ = ServiceThread(name: "signals") {
            var set = signals()
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { return }
            writeError("stopping: what is under way is finished first; once more to stop at once\n")
            let first = number
            // On a thread of its own, since draining takes a while and the second signal must be heard meanwhile.
            _ = ServiceThread(name: "stop") { onFirst(first) }
            guard sigwait(&set, &number) == 0 else { return }
            _exit(128 + number)
        }
    }
}
