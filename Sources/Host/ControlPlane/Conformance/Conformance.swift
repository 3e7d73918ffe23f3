import DataPlane
import Glibc

/// The conformance kit: tries everything on a plugin that the ABI promises, and says what does not hold.
///
/// ```swift
/// let report = try Conformance.check(ConformanceRequest(path: "/plugins/words.so"))
/// report.isConforming
/// ```
public enum Conformance {
    /// - Throws: ``Failure`` of code `usage`: a word that names no rule, step or option; a file that is no plugin at all.
    public static func check(_ request: ConformanceRequest) throws(Failure) -> ConformanceReport {
        _ = try RuleSelection.tasks(request.only, steps: nil)
        var specText = ""
        var spec: PluginSpec?
        var refusal: PluginRefusal?
        switch PluginDescriber(executable: request.executable).ask(request.path) {
        case .success(let text):
            specText = text
            spec = try? PluginSpec(parsing: text)
        case .failure(let found):
            guard ![.unreadable, .notALibrary, .cutOff, .missingEntry].contains(found.reason) else {
                throw Failure("usage", found.failure(path: request.path).message)
            }
            refusal = found
        }
        let tasks = try RuleSelection.tasks(request.only, steps: spec?.steps.map(\.id))
        let with = try spec.map { spec throws(Failure) in try StepOptions.check(request.with, for: spec) } ?? [:]
        let folder = try TrialFolders.makeRoot()
        defer { TrialFolders(path: folder).remove() }
        let runner = ConformanceRunner(
            request: request, spec: spec, specText: specText, refusal: refusal, with: with, folder: folder)
        return ConformanceReport(
            path: request.path, id: spec?.id, version: spec.map { "\($0.version)" }, seed: request.seed,
            results: runner.run(tasks))
    }

    /// The rules as tables in Markdown, a section for each group.
    public static var rulesPage: String {
        let sections = ConformanceRule.Group.allCases.map { group in
            let rules = ConformanceRule.all.filter { $0.group == group }
            let rows = rules.map { rule in
                "| `\(rule.id)` | \(rule.isOfSteps ? "step" : "plugin") | \(rule.strictness.rawValue) | \(rule.demand) | "
                    + "\(rule.remedy) |"
            }
            let head = [
                "### \(group.rawValue)", "", "| rule | of the | | demand | remedy |", "| --- | --- | --- | --- | --- |",
            ]
            return (head + rows).joined(separator: "\n")
        }
        return sections.joined(separator: "\n\n") + "\n"
    }
}
