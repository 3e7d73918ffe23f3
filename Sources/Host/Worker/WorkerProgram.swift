import ControlPlane
import Glibc

/// `fastdistill-worker`: the hidden commands and nothing else, so that a worker does not load what only the host needs
/// (Docs/decisions/0009-worker-program.md).
enum WorkerProgram {
    static func run() -> Never { exit(HiddenCommand.run(CommandLine.arguments) ?? usageStatus) }

    /// Somebody has started it by hand.
    private static let usageStatus: Int32 = 2
}
