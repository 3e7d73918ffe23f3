import Blocking
import Foundation
import Glibc
import Synchronization
import Testing

/// A program under test: started, watched, waited for. Its outputs go to files, so that no full pipe can stop it.
final class ChildProcess: Sendable {
    struct Result: Sendable, CustomStringConvertible {
        /// The exit status, or 128 and the number of the signal that ended it.
        var status: Int32
        var isSignalled: Bool
        var output: String
        var errors: String

        var description: String { "status \(status)\n--- stdout\n\(output)\n--- stderr\n\(errors)" }
    }

    let pid: pid_t
    private let folder: TemporaryFolder
    private let hasEnded = Mutex(false)

    /// Every wait has an end: a program that hangs is killed, and the test fails.
    static let longestSeconds = 240.0

    /// Starts a program in a process group of its own.
    ///
    /// - Parameters:
    ///   - environment: added to the environment of the tests, which never names plugin folders of the machine.
    ///   - directory: the working directory.
    ///   - pipes: descriptors for its standard input and output, in the place of nothing and a file.
    init(
        _ arguments: [String], environment: [String: String] = [:], directory: String,
        pipes: (input: Int32, output: Int32)? = nil
    ) throws {
        folder = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        if let pipes {
            posix_spawn_file_actions_adddup2(&actions, pipes.input, 0)
            posix_spawn_file_actions_adddup2(&actions, pipes.output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, folder.file("stdout"), flags, 0o600)
        }
        posix_spawn_file_actions_addopen(&actions, 2, folder.file("stderr"), flags, 0o600)
        // A server that lived on with the pipe of another test's program would keep that test waiting for its end.
        // Closing what is not open is no error to glibc.
        for descriptor in 3..<1024 as Range<Int32> { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var variables = ProcessInfo.processInfo.environment
        variables["FASTDISTILL_PLUGIN_PATH"] = nil
        variables.merge(environment) { $1 }
        // `env` changes the folder and becomes the program: the C library's own way is not visible to Swift.
        let argv = (["env", "-C", directory] + arguments).map { strdup($0) } + [nil]
        let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid = pid_t()
        let failure = posix_spawnp(&pid, "env", &actions, &attributes, argv, envp)
        try #require(failure == 0, "cannot start \(arguments[0]): \(String(cString: strerror(failure)))")
        self.pid = pid
    }

    deinit { signalIfAlive(SIGKILL) }

    /// Whether the signal was sent: not after the end of the process, whose number may be another's by then.
    @discardableResult
    func signalIfAlive(_ number: Int32, group: Bool = false) -> Bool {
        hasEnded.withLock { $0 ? false : kill(group ? -pid : pid, number) == 0 }
    }

    var outputSoFar: String { (try? String(contentsOfFile: folder.file("stdout"), encoding: .utf8)) ?? "" }
    var errorsSoFar: String { (try? String(contentsOfFile: folder.file("stderr"), encoding: .utf8)) ?? "" }

    /// Waits for the end.
    ///
    /// - Parameters:
    ///   - longestSeconds: for programs that build others.
    ///   - watch: called about every 5 ms while the process lives.
    func wait(longestSeconds: Double = longestSeconds, watch: (() throws -> Void)? = nil) throws -> Result {
        BlockingTrait.expectPresence()
        let deadline = Date(timeIntervalSinceNow: longestSeconds)
        while try isRunning() {
            if Date() > deadline {
                Issue.record("still running after \(longestSeconds) s, killed\n\(errorsSoFar)")
                signalIfAlive(SIGKILL)
            }
            try watch?()
            usleep(5000)
        }
        var status: Int32 = 0
        hasEnded.withLock { hasEnded in
            hasEnded = true
            waitpid(pid, &status, 0)
        }
        let signal = status & 0x7F
        let text = { (name: String) in
            String(decoding: (try? Data(contentsOf: URL(filePath: self.folder.file(name)))) ?? Data(), as: UTF8.self)
        }
        return Result(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, isSignalled: signal != 0, output: text("stdout"),
            errors: text("stderr"))
    }

    /// Waits until something is so, while the process lives.
    func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
        BlockingTrait.expectPresence()
        let deadline = Date(timeIntervalSinceNow: 60)
        while try !condition() {
            try #require(
                try isRunning() && Date() < deadline, "waited in vain until \(what)\n\(errorsSoFar)")
            usleep(2000)
        }
    }

    /// Whether it has not ended; leaves it to be waited for.
    private func isRunning() throws -> Bool {
        var info = siginfo_t()
        try #require(waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT | WNOHANG) == 0 || errno == EINTR)
        return info.si_signo == 0
    }
}

/// Runs a program to its end.
@discardableResult
func shell(_ arguments: [String], directory: String = Package.root) throws -> ChildProcess.Result {
    try ChildProcess(arguments, directory: directory).wait()
}
