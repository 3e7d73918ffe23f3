import DataPlane
import Glibc
import Synchronization

/// Tries rules on a plugin file, each in a process of its own.
struct ConformanceRunner {
    let request: ConformanceRequest
    /// As text, and read; nil where the file has none that counts.
    let spec: PluginSpec?
    let specText: String
    /// Why the host refuses the file; nil where it does not.
    let refusal: PluginRefusal?
    /// Values of options, checked.
    let with: [String: String]
    /// Where the folders of the rules are made.
    let folder: String

    /// The results of the tasks, in their order; before them, those of rules that others need and that do not hold, also
    /// where they were not asked for: without them nothing could be tried.
    func run(_ tasks: [RuleTask]) -> [ConformanceResult] {
        let steps = Set(tasks.map(\.step))
        var done: [String: ConformanceResult] = [:]
        for gate in ConformanceRule.gates {
            guard let rule = ConformanceRule.all.first(where: { $0.id == gate }) else { continue }
            let places: [String?] = rule.isOfSteps ? steps.filter { $0 != nil }.sorted { $0 ?? "" < $1 ?? "" } : [nil]
            let wanted = places.map { RuleTask(rule: rule, step: $0) }.filter { task in
                tasks.contains { isNeeded(task, by: $0) }
            }
            done.merge(results(wanted, done)) { $1 }
        }
        done.merge(results(tasks.filter { done[key($0)] == nil }, done)) { $1 }
        let keys = Set(tasks.map(key))
        let broken = done.filter { !keys.contains($0.key) && $0.value.outcome.isBad }.sorted { $0.key < $1.key }
        return broken.map(\.value) + tasks.compactMap { done[key($0)] }
    }

    private func isNeeded(_ gate: RuleTask, by task: RuleTask) -> Bool {
        (gate.step == nil || gate.step == task.step)
            && (task.rule.id == gate.rule.id || task.rule.needs.contains(gate.rule.id))
    }

    private func key(_ task: RuleTask) -> String { "\(task.rule.id):\(task.step ?? "")" }

    /// The results of tasks, by their keys.
    private func results(
        _ tasks: [RuleTask], _ done: [String: ConformanceResult]
    ) -> [String: ConformanceResult] {
        let body = { @Sendable (task: RuleTask) -> ConformanceResult in reasonToSkip(task, done) ?? result(of: task) }
        let results = request.isInProcess ? tasks.map(body) : mapInParallel(tasks, body)
        return Dictionary(uniqueKeysWithValues: zip(tasks.map(key), results))
    }

    /// A task that cannot be tried at all, with the reason.
    private func reasonToSkip(_ task: RuleTask, _ done: [String: ConformanceResult]) -> ConformanceResult? {
        for gate in task.rule.needs {
            let step = ConformanceRule.all.first { $0.id == gate }?.isOfSteps == true ? task.step : nil
            guard let result = done["\(gate):\(step ?? "")"] else { continue }
            if result.outcome.isBad { return skipped(task, "\(gate) \(result.outcome == .fail ? "fails" : "crashes")") }
        }
        guard let name = task.step, let step = spec?.steps.first(where: { $0.id == name }) else { return nil }
        if let refusal { return skipped(task, "the host refuses the file: \(refusal.message)") }
        do throws(Finding) {
            _ = try StepOptions.base(step, with: with)
            return nil
        } catch {
            return skipped(task, error.seen)
        }
    }

    private func skipped(_ task: RuleTask, _ why: String) -> ConformanceResult {
        ConformanceResult(rule: task.rule.id, step: task.step, outcome: .skipped, seen: why)
    }

    private func result(of task: RuleTask) -> ConformanceResult {
        var result = attempt(task)
        for _ in 1..<task.rule.attempts where result.outcome != .pass { result = attempt(task) }
        return result
    }

    private func attempt(_ task: RuleTask) -> ConformanceResult {
        let rule = task.rule
        let folders = TrialFolders(path: "\(folder)/\(rule.id).\(task.step ?? "")")
        let order = CheckOrder(
            path: request.path, rule: rule.id, step: task.step, spec: specText, seed: request.seed, with: with,
            rows: request.rows, folder: folders.path)
        let ended: Ended
        do throws(Failure) {
            try folders.make()
            ended = request.isInProcess ? .answer(inProcess(order, folders).finding) : try inOwnProcess(order, rule)
        } catch {
            ended = .answer(.skip("the rule cannot be tried: \(error.message)"))
        }
        folders.remove()
        var result = ConformanceResult(rule: rule.id, step: task.step, outcome: .pass)
        switch ended {
        case .answer(nil): break
        case .answer(let finding?):
            result.outcome = finding.outcome(rule.strictness)
            result.seen = finding.seen
            if finding.kind != .skip { result.remedy = rule.remedy }
        case .death(let words):
            result.outcome = .crashed
            result.seen = words
            let place = task.step.map { ":\($0)" } ?? ""
            result.remedy =
                "Look with a debugger: fastdistill plugins check \(request.path) --in-process --only \(rule.id)\(place)."
        }
        return result
    }

    private enum Ended {
        case answer(Finding?)
        /// The process died, or had to be ended.
        case death(String)
    }

    private func inProcess(_ order: CheckOrder, _ folders: TrialFolders) -> CheckAnswer {
        let home = currentFolder()
        let variables = ["TMPDIR", "HOME"].map { (name: String) in (name, getenv(name).map { String(cString: $0) }) }
        folders.enter()
        defer {
            chdir(home)
            for (name, value) in variables {
                if let value { setenv(name, value, 1) } else { unsetenv(name) }
            }
        }
        return CheckAnswer(RuleTrial.finding(order, isOwnProcess: false))
    }

    private func inOwnProcess(_ order: CheckOrder, _ rule: ConformanceRule) throws(Failure) -> Ended {
        let process = try WorkerProcess(executable: request.executable, arguments: [CheckMain.command])
        defer { process.end() }
        _ = process.send(Frame(.check, order.json))
        let deadline = monotonicNanoseconds() + UInt64(request.deadlineMilliseconds) * 1_000_000
        switch process.receive(untilNanoseconds: deadline) {
        case .frame(let frame):
            guard frame.kind == .checked, let json = frame.json else { break }
            return .answer(CheckAnswer(json).finding)
        case .silence:
            let death = process.end(.timedOut(milliseconds: request.deadlineMilliseconds))
            return .death("it did not come to an end within \(request.deadlineMilliseconds / 1000) s" + words(death))
        case .closed, .woken:
            let death = process.end()
            if rule.trapsSockets, death.cause == .signal(SIGSYS) { return .answer(.fault("it asked for a socket")) }
            return .death("the process \(death.description)")
        }
        return .death("the plugin wrote to the kit's own connection")
    }

    private func words(_ death: ProcessDeath) -> String {
        death.lastWords.isEmpty ? "" : "; its standard error ends with:\n\(death.lastWords)"
    }
}

extension Finding {
    fileprivate func outcome(_ strictness: ConformanceRule.Strictness) -> ConformanceResult.Outcome {
        switch kind {
        case .fault: strictness == .must ? .fail : .warning
        case .warning: .warning
        case .skip: .skipped
        }
    }
}
