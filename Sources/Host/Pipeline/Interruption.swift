import CPlatform
import ControlPlane
import DataPlane
import Glibc
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into an orderly end of the run; the second one ends the process at once, and so does the
/// first while nothing is under way yet.
///
/// ``listen()`` has to be called before any other thread starts, since threads inherit the mask.
enum Interruption {
    private static let onFirst = Mutex<Watch?>(nil)

    /// What the first signal does.
    private struct Watch {
        /// What it means for the user, who reads it at once.
        var words: String
        var stop: @Sendable (Int32) -> Void
    }

    private static func signals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        // The terminal is gone. Under nohup(1) it is ignored, and stays so.
        if fdplatform_signal_handler(SIGHUP) == 0 { sigaddset(&set, SIGHUP) }
        return set
    }

    /// Takes the signals away from all threads but one, which waits for them as long as the process lives.
    static func listen() {
        var set = signals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A closed pipe or socket is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        _ = ServiceThread(name: "signals") {
            var set = signals()
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { return }
            guard let watch = onFirst.withLock({ $0 }) else { _exit(128 + number) }
            writeError("stopping: \(watch.words); once more to stop at once\n")
            let first = number
            // On a thread of its own, since draining takes a while and the second signal must be heard meanwhile.
            _ = ServiceThread(name: "stop") { watch.stop(first) }
            guard sigwait(&set, &number) == 0 else { return }
            _exit(128 + number)
        }
    }

    /// From now on the first signal says what happens and calls `stop`, on a thread of its own.
    static func watch(saying words: String, _ stop: @escaping @Sendable (Int32) -> Void) {
        onFirst.withLock { $0 = Watch(words: words, stop: stop) }
    }
}
