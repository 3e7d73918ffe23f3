import CPlatform
import DataPlane

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
