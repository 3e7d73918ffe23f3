import CPlatform
import DataPlane
import Glibc

/// The program that tries one rule of the conformance kit: `fastdistill __check`.
///
/// It runs the plugin's code and lets it do what it likes, so it is a process to throw away.
public enum CheckMain {
    public static let command = "__check"

    /// - Returns: the exit status.
    public static func run() -> Int32 {
        fdplatform_guard()
        let channel = WorkerChannel(WorkerMain.socket)
        guard let frame = channel.receive(), frame.kind == .check, let order = frame.json.flatMap({ CheckOrder($0) })
        else { return 2 }
        TrialFolders(path: order.folder).enter()
        let answer = CheckAnswer(RuleTrial.finding(order, isOwnProcess: true))
        return channel.send(Frame(.checked, answer.json)) ? 0 : 1
    }
}
