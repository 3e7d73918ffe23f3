import CPlatform
import DataPlane
import Glibc

/// Starts a program that ends with the host, also when SIGKILL ends that, and leaves nothing behind: below the host's own
/// executable, which is the foster parent of all that the program starts (Docs/decisions/0005-warden.md).
public struct ChildKeeper: Sendable {
    /// The first argument of the hidden command: `keep-child PARENT PROGRAM ARGUMENTS…`.
    private static let command = "keep-child"

    /// An executable whose first deed is ``run(_:)``.
    private let executable: String

    public init(executable: String) { self.executable = executable }

    /// What to start in the place of a program.
    func wrap(_ program: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
        (executable, [executable, Self.command, String(getpid()), program] + arguments)
    }

    /// Becomes the keeper of the program that the arguments name, in a process that has no second thread.
    ///
    /// - Returns: nil when this is another command; else, below the keeper, the status for a program that cannot be started.
    public static func run(_ arguments: [String]) -> Int32? {
        guard arguments.count >= 5, arguments[1] == command, let parent = Int32(arguments[2]) else { return nil }
        fdplatform_keep(parent)
        let copies = arguments[4...].map { strdup($0) }
        execv(arguments[3], copies + [nil])
        let failure = Failure.system("start", arguments[3], errno: errno)
        try? writeAll(Array((FailureRenderer.render(failure) + "\n").utf8)[...], to: STDERR_FILENO, path: "the log")
        return 127
    }
}
