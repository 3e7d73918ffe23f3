import CPlatform
import DataPlane
import Glibc

/// A trainer under way: a child process that leads a process group of its own, with all it says in a log.
///
/// It ends with the object.
final class TrainerProcess {
    private let pid: pid_t
    private let isKept: Bool
    private(set) var status: Int32?

    /// How long a trainer may take to stop by itself.
    private static let graceMilliseconds: Int64 = 10_000

    /// - Parameters:
    ///   - log: appended to.
    ///   - keeper: lets it end with the host, however that ends, and all that it has started with it.
    /// - Throws: ``Failure`` with the system's reason.
    init(program: String, command: [String], environment: [String], log: String, keeper: ChildKeeper? = nil)
        throws(Failure)
    {
        let descriptor = fdplatform_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("open", log, errno: errno) }
        defer { close(descriptor) }
        var pid = pid_t()
        let (path, words) = keeper?.wrap(program, command) ?? (program, command)
        let failed = Self.withCStrings(words) { arguments in
            Self.withCStrings(environment) { environment in
                fdplatform_spawn(&pid, path, arguments, environment, [-1, descriptor, descriptor], 3)
            }
        }
        guard failed == 0 else { throw .system("start", program, errno: failed) }
        self.pid = pid
        isKept = keeper != nil
    }

    deinit { stop() }

    /// Waits for its end.
    ///
    /// - Returns: true once it has ended.
    func wait(milliseconds: Int64) -> Bool {
        guard status == nil else { return true }
        var status: Int32 = 0
        guard fdplatform_wait(pid, milliseconds, &status) == 1 else { return false }
        self.status = status
        // What it has started may not outlive it; a keeper has seen to that.
        if !isKept { kill(-pid, SIGKILL) }
        return true
    }

    /// Ends it and all it has started: with SIGINT, so that it can save what it has, then by force.
    func stop() {
        guard status == nil else { return }
        signal(SIGCONT)
        signal(SIGINT)
        if wait(milliseconds: Self.graceMilliseconds) { return }
        signal(isKept ? fdplatform_end_signal() : SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        self.status = status
    }

    /// To its whole group, which a keeper passes it on to.
    private func signal(_ number: Int32) { kill(isKept ? pid : -pid, number) }

    /// How it ended, in words: `exit status 1`, `signal 9`.
    var end: String {
        var code: Int32 = 0
        let isExit = fdplatform_exited(status ?? 0, &code) == 1
        return isExit ? "exit status \(code)" : "signal \(code)"
    }

    var hasSucceeded: Bool { status == 0 }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
