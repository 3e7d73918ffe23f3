import DataPlane

extension GraphCheck {
    mutating func checkUse(
        _ use: RawVerb.Use, _ node: RawNode, _ index: Int, in scope: Scope, _ output: inout Scope
    ) -> NodeVerb? {
        guard let (plugin, step) = findStep(use, node) else {
            addHiddenColumn(of: node, index, to: &output)
            // A step adds columns and takes no row out by policy: what is known of the others stays so.
            output.isUpstreamKnown = scope.isUpstreamKnown
            output.known.isComplete = scope.known.isComplete && node.when == nil
            return nil
        }
        let title = "step \(use.plugin)/\(use.step)"
        if use.isolation == .inline, let resolved = plugins[use.plugin] ?? nil { checkInline(resolved, use, node) }
        let config = checkOptions(use, step, title: title, node)
        let bound = checkBindings(step, title: title, use, node, in: scope)
        addColumn(step.adds, of: node, index, isTainted: bound.readsTainted, to: &output)
        return .use(
            UsePlan(
                plugin: plugin, step: step, config: config, bindings: bound.bindings, isolation: use.isolation,
                workers: use.workers, rowTimeoutMilliseconds: use.rowTimeoutMilliseconds,
                environment: use.environment, onViolation: use.onViolation, crashLimit: use.crashLimit,
                parts: parts(use, step, node)))
    }

    /// Without secret options, whose lines are not to be shown.
    private func parts(_ use: RawVerb.Use, _ step: StepSpec, _ node: RawNode) -> [GraphPlace<String>] {
        let options = use.with.filter { key, _ in !step.options.contains { $0.name == key.text && $0.isSecret } }
        return options.map { GraphPlace(UsePlan.optionPart(named: $0.key.text ?? ""), $0.value, reader) }
            + node.bindings.map { GraphPlace(UsePlan.columnPart(named: $0.name.value), at: $0.name.mark, reader) }
    }

    /// One process holds one version of a plugin: two would mix up their types by name (decision 6).
    private mutating func checkInline(_ plugin: ResolvedPlugin, _ use: RawVerb.Use, _ node: RawNode) {
        guard let first = inline[plugin.spec.id] else {
            inline[plugin.spec.id] = (plugin, node.title)
            return
        }
        guard first.plugin.sha256 != plugin.sha256 else { return }
        reader.note(
            "\(node.title) runs plugin '\(plugin.spec.id)' \(plugin.spec.version) with isolation 'inline', and "
                + "\(first.title) runs \(first.plugin.spec.version) of it so; one process can hold only one version of a "
                + "plugin: use isolation 'worker' for one of them", at: use.isolationMark)
    }

    private func findStep(_ use: RawVerb.Use, _ node: RawNode) -> (plugin: Int, step: StepSpec)? {
        guard let entry = plugins[use.plugin] else {
            noteUnknown(
                "\(use.plugin)", "\(node.title) uses the plugin", in: "'plugins'",
                among: graph.plugins.map { "\($0.name)" },
                at: use.mark)
            return nil
        }
        guard let plugin = entry, let index = planPlugins.firstIndex(of: use.plugin) else { return nil }
        guard let step = plugin.spec.steps.first(where: { $0.id == use.step }) else {
            reader.note(
                "plugin '\(use.plugin)' \(plugin.spec.version) has no step \(quoted(use.step)); "
                    + ConfigReader.suggestion(for: use.step, among: plugin.spec.steps.map(\.id)), at: use.mark)
            return nil
        }
        return (index, step)
    }

    /// Notes that a section does not have a name, unless one in it could not be read.
    func noteUnknown(_ name: String, _ what: String, in section: String, among known: [String], at mark: Mark) {
        guard !graph.incomplete.contains(section) else { return }
        let remedy = known.isEmpty ? "add it there" : ConfigReader.suggestion(for: name, among: known)
        reader.note("\(what) \(quoted(name)), which \(section) does not name; \(remedy)", at: mark)
    }

    /// The options as the step gets them: defaults filled in, resources as paths.
    private func checkOptions(_ use: RawVerb.Use, _ step: StepSpec, title: String, _ node: RawNode) -> JSONValue {
        for (key, _) in use.with where !step.options.contains(where: { $0.name == key.text }) {
            reader.note(
                "\(title) has no option \(quoted(key.text ?? "")); "
                    + ConfigReader.suggestion(for: key.text ?? "", among: step.options.map(\.name)), at: key)
        }
        var config: [(String, JSONValue)] = []
        for option in step.options {
            if let value = use.with.first(where: { $0.key.text == option.name })?.value {
                if let checked = checkOption(option, value, title: title) { config.append((option.name, checked)) }
            } else if let value = option.defaultValue {
                config.append((option.name, value))
            } else if option.isRequired, !node.misspelled.contains("with") {
                reader.note("option '\(option.name)' of \(title) is missing; give it in 'with'", at: use.withMark)
            }
        }
        return .object(config)
    }

    private func checkOption(_ option: OptionSpec, _ node: YAMLNode, title: String) -> JSONValue? {
        let what = "option '\(option.name)' of \(title)"
        switch option.kind {
        case .string:
            return reader.string(node, what).flatMap { choice(.string($0), option, node, what) }
        case .integer:
            return reader.integer(node, what).flatMap { inRange(.int($0), option, node, what) }
        case .number:
            return reader.number(node, what).flatMap { _ in inRange(node.json, option, node, what) }
        case .boolean: return reader.bool(node, what).map { .bool($0) }
        case .stringList:
            let elements = reader.list(node, what).map { element in
                reader.string(element, "an element of \(what)").flatMap { choice(.string($0), option, element, what) }
            }
            guard case .sequence = node.content else { return nil }
            let values = elements.compactMap { $0 }
            return values.count == elements.count ? .array(values) : nil
        case .resource:
            guard let name = reader.string(node, what) else { return nil }
            if let resource = graph.resources.first(where: { $0.name.value == name }) {
                return .string(resource.path.value)
            }
            noteUnknown(
                name, "\(what) is", in: "'resources'", among: graph.resources.map(\.name.value), at: node.mark)
            return nil
        }
    }

    private func choice(_ value: JSONValue, _ option: OptionSpec, _ node: YAMLNode, _ what: String) -> JSONValue? {
        if option.choices.isEmpty || option.choices.contains(value) { return value }
        let known = option.choices.map { $0.string ?? $0.compact }
        let shown = value.string ?? value.compact
        // What is secret is not repeated.
        let problem = option.isSecret ? "cannot be this" : "cannot be \(quoted(shown))"
        reader.note("\(what) \(problem); \(ConfigReader.suggestion(for: shown, among: known))", at: node)
        return nil
    }

    private func inRange(_ value: JSONValue, _ option: OptionSpec, _ node: YAMLNode, _ what: String) -> JSONValue? {
        let number = value.double ?? 0
        if let minimum = option.minimum, number < minimum {
            reader.note("\(what) must be at least \(JSONValue.double(minimum).compact)", at: node)
            return nil
        }
        if let maximum = option.maximum, number > maximum {
            reader.note("\(what) must be at most \(JSONValue.double(maximum).compact)", at: node)
            return nil
        }
        return choice(value, option, node, what)
    }
}
