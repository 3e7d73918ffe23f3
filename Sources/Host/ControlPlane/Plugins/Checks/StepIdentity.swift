import DataPlane

/// Who is to blame: the first words of every message about a step.
struct StepIdentity: Sendable {
    var plugin: String
    var version: SemanticVersion
    var step: String
    var node: String

    init(plugin: String, version: SemanticVersion, step: String, node: String) {
        self.plugin = plugin
        self.version = version
        self.step = step
        self.node = node
    }

    init(_ plugin: ResolvedPlugin, step: String, node: String) {
        self.init(plugin: plugin.spec.id, version: plugin.spec.version, step: step, node: node)
    }

    /// `plugin 'shout' 1.0.0, step 'upper' (node 'loud')`.
    var description: String { "plugin '\(plugin)' \(version), step '\(step)' (node '\(node)')" }

    /// A rule of Docs/specs/abi.md that came out broken.
    func violation(_ violation: Violation) -> Failure {
        Failure(
            "plugin_violation",
            "\(description), \(violation.description). This is a fault of the plugin: report it to its author")
    }

    func violation(_ rule: BatchRule, column: String? = nil, _ message: String) -> Failure {
        violation(Violation(rule, column: column, message))
    }

    /// The worker ended where no row can be blamed.
    func died(_ when: String, _ death: ProcessDeath) -> Failure {
        Failure("plugin_died", "\(description): the worker \(when) \(death.description)")
    }

    /// A call that the step itself answered with an error.
    func failed(_ action: String, _ error: StepError, placeWord: String) -> Failure {
        let row = error.row.map { " at row \($0)" } ?? ""
        let place = error.place.isEmpty ? "" : " (\(placeWord) \(error.place))"
        return Failure("plugin_failed", "\(description): \(action)\(row)\(place): \(error.message)")
    }

    func cannotCreate(_ error: StepError) -> Failure {
        // The place is the JSON pointer of an option, or of something in it.
        let option = error.place.split(separator: "/").first
        var failure = failed("the step cannot be set up", error, placeWord: error.kind == .config ? "option" : "at")
        failure.part = option.map { UsePlan.optionPart(named: String($0)) }
        return failure
    }

    func cannotBind(_ error: StepError) -> Failure {
        var failure = failed("the step cannot be bound to its input", error, placeWord: "column")
        failure.part = UsePlan.columnPart(named: error.place)
        return failure
    }

    /// - Parameter isStopping: whether the host has asked steps to stop.
    func cannotRun(_ error: StepError, isStopping: Bool) -> Failure {
        if error.kind == .cancelled {
            if isStopping { return cancelled }
            let message =
                "it said that it was cancelled, and nobody had asked it to. This is a fault of the plugin: report it to its "
                + "author"
            return failed(
                "the step failed", StepError(kind: .fault, row: error.row, place: "", message: message), placeWord: "at"
            )
        }
        return failed("the step failed", error, placeWord: "at")
    }

    var cancelled: Failure { Failure("cancelled", "\(description): the run was stopped") }
}
