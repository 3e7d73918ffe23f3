import ControlPlane
import Glibc

/// Where the program begins.
enum FastDistillMain {
    /// A worker is this program too: its hidden commands come before anything that looks at arguments.
    static func run() {
        if let status = HiddenCommand.run(CommandLine.arguments) { exit(status) }
    }
}
