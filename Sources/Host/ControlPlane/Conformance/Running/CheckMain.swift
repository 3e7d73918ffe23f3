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
        fdplatform_die_with_parent()
        fdplatform_no_core_dumps()
        let channel = WorkerChannel(WorkerMain.socket)
        guard let frame = channel.receive(), frame.kind == .check, let order = frame.json.flatMap({ CheckOrder($0) })
        else { return 2 }
        TrialFolders(path: order.folder).enter()
        let answer = CheckAnswer(RuleTrial.finding(order, isOwnProcess: true))
        return channel.send(Frame(.checked, answer.json)) ? 0 : 1
    }
}

/// Tries a rule in this process.
enum RuleTrial {
    /// - Parameter isOwnProcess: whether the process is the rule's own, to be thrown away.
    /// - Returns: why the rule does not pass; nil when it does.
    static func finding(_ order: CheckOrder, isOwnProcess: Bool) -> Finding? {
        guard let rule = ConformanceRule.all.first(where: { $0.id == order.rule }) else {
            return .skip("this program does not know the rule")
        }
        do throws(Finding) {
            // Where the kernel does not let that be set, the rule has only the open descriptors to look at.
            if isOwnProcess, rule.trapsSockets { _ = fdplatform_trap_sockets() }
            switch rule.body {
            case .plugin(let body): try body(LibraryTrial(path: order.path, isOwnProcess: isOwnProcess))
            case .step(let body):
                guard let spec = try? PluginSpec(parsing: order.spec),
                    let step = spec.steps.first(where: { $0.id == order.step })
                else { throw .skip("the spec has no such step") }
                try body(try StepTrial(order, spec: spec, step: step))
            }
            return nil
        } catch {
            return error
        }
    }
}
