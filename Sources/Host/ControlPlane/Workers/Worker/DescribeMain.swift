import CPlatform
import DataPlane
import Glibc

/// The program that describes a plugin file: `fastdistill __describe FILE`.
///
/// It runs the file's own code, so it is a process to throw away. Its answer goes to descriptor 3; whatever the plugin
/// prints goes nowhere.
public enum DescribeMain {
    public static let command = "__describe"

    /// - Returns: the exit status.
    public static func run(_ path: String) -> Int32 {
        fdplatform_guard()
        let answer: JSONValue
        do throws(PluginRefusal) {
            answer = ["spec": .string(try PluginLoader.describe(path))]
        } catch {
            answer = WorkerFault.refusal(error).json
        }
        return Frame(.described, answer).send(to: WorkerMain.socket) ? 0 : 1
    }
}

/// The commands of the executable that are for itself.
public enum HiddenCommand {
    /// Runs a hidden command. To be asked before anything else looks at the arguments.
    ///
    /// - Parameter arguments: of the process, the program's name first.
    /// - Returns: the exit status, or nil when it is not a hidden command.
    public static func run(_ arguments: [String]) -> Int32? {
        switch arguments.dropFirst().first {
        case WorkerMain.command where arguments.count == 2: WorkerMain.run()
        case DescribeMain.command where arguments.count == 3: DescribeMain.run(arguments[2])
        case CheckMain.command where arguments.count == 2: CheckMain.run()
        default: nil
        }
    }
}
