import DataPlane

/// The options that the kit gives a step: its defaults, and values for those that are required.
enum StepOptions {
    /// The config for `create`, with every default filled in, as the host does it.
    ///
    /// A required option has the value that was given on the command line, else that of the first example that names it.
    /// Where the options say which further columns a step reads, they are those of the first example, as its columns are.
    ///
    /// - Throws: ``Finding`` of kind `skip` where there is no value for one.
    static func base(_ step: StepSpec, with given: [String: String]) throws(Finding) -> JSONValue {
        if step.readsMore != nil, let example = step.examples.first {
            return try Self.example(example, of: step, with: given.filter { isResource($0.key, step) })
        }
        return try config(step, with: given) { option in
            guard option.isRequired, option.kind != .resource else { return nil }
            return step.examples.lazy.compactMap { $0.with[option.name] }.first
        }
    }

    /// The config of an example: its `with:`, and else as ``base(_:with:)``.
    ///
    /// The name of a resource in an example means nothing here, so resources are always those of the command line.
    static func example(
        _ example: ExampleSpec, of step: StepSpec, with given: [String: String]
    ) throws(Finding) -> JSONValue {
        let uses = { (option: OptionSpec) in example.with[option.name] != nil }
        if let resource = step.options.first(where: { $0.kind == .resource && uses($0) && given[$0.name] == nil }) {
            throw .skip("an example uses the resource '\(resource.name)': give --with \(resource.name)=PATH")
        }
        let others = given.filter { name, _ in example.with[name] == nil || isResource(name, step) }
        return try config(step, with: others) { $0.kind == .resource ? nil : example.with[$0.name] }
    }

    private static func isResource(_ name: String, _ step: StepSpec) -> Bool {
        step.options.contains { $0.name == name && $0.kind == .resource }
    }

    private static func config(
        _ step: StepSpec, with given: [String: String], other: (OptionSpec) -> JSONValue?
    ) throws(Finding) -> JSONValue {
        var members: [(String, JSONValue)] = []
        for option in step.options {
            if let text = given[option.name], let value = option.kind.value(of: text) {
                members.append((option.name, value))
            } else if let value = other(option) ?? option.defaultValue {
                members.append((option.name, value))
            } else if option.isRequired {
                let word = option.kind == .resource ? "PATH" : "VALUE"
                throw .skip("the option '\(option.name)' is required: give --with \(option.name)=\(word)")
            }
        }
        return .object(members)
    }

    /// Checks the values of the command line against all steps of a plugin; makes paths absolute.
    ///
    /// - Throws: ``Failure`` of code `usage`.
    static func check(_ given: [String: String], for spec: PluginSpec) throws(Failure) -> [String: String] {
        var checked: [String: String] = [:]
        for (name, text) in given.sorted(by: { $0.key < $1.key }) {
            let options = spec.steps.flatMap(\.options).filter { $0.name == name }
            guard !options.isEmpty else {
                let known = Set(spec.steps.flatMap { $0.options.map(\.name) }).sorted()
                throw Failure(
                    "usage",
                    "no step of the plugin has an option \(quoted(name)); "
                        + ConfigReader.suggestion(for: name, among: known))
            }
            for option in options where option.kind.value(of: text) == nil {
                throw Failure("usage", "--with \(name): the option is of type \(option.kind.rawValue)")
            }
            checked[name] = text
            guard options.contains(where: { $0.kind == .resource }) else { continue }
            let path = absolutePath(text, in: currentFolder())
            guard PathKind(path) != nil else {
                throw Failure("usage", "--with \(name): there is no file or folder '\(path)'")
            }
            checked[name] = path
        }
        return checked
    }
}

extension OptionSpec.Kind {
    /// A value as it stands on a command line; nil where the text is none of this kind.
    func value(of text: String) -> JSONValue? {
        switch self {
        case .string, .resource: return .string(text)
        case .stringList:
            guard text.utf8.first == UInt8(ascii: "[") else {
                return .array(text.split(separator: ",").map { .string(String($0)) })
            }
        case .integer, .number, .boolean: break
        }
        guard let value = try? JSONParser().parse(text), fault(value) == nil else { return nil }
        return value
    }
}
