extension Declaration {
    /// Declares an option with a default.
    ///
    /// - Parameters:
    ///   - choices: the only values it can have.
    ///   - isSecret: its value never appears in a message or a report.
    ///   - since: the version of the plugin that brought it.
    public mutating func option<T: OptionValue>(
        _ name: String, default value: T, choices: [T]? = nil, isSecret: Bool = false, since: String? = nil, doc: String
    ) -> T {
        var option = OptionSpec(name: name, type: T.optionType, doc: doc, isSecret: isSecret, since: since)
        option.defaultValue = value.asValue
        option.limits["choices"] = choices.map { .list($0.map(\.asValue)) }
        return configured(option) ?? value
    }

    /// Declares an option with a default that must lie within a range. `Int.max` as its end means without end.
    public mutating func option<T: NumericOptionValue>(
        _ name: String, default value: T, in range: ClosedRange<T>, since: String? = nil, doc: String
    ) -> T {
        var option = OptionSpec(name: name, type: T.optionType, doc: doc, since: since)
        option.defaultValue = value.asValue
        option.limits = Declaration.limits(range)
        return configured(option) ?? value
    }

    /// Declares an option that every graph has to give. While the step is described it gives a placeholder.
    public mutating func requiredOption<T: OptionValue>(
        _ name: String, choices: [T]? = nil, isSecret: Bool = false, since: String? = nil, doc: String
    ) -> T {
        var option = OptionSpec(name: name, type: T.optionType, doc: doc, isSecret: isSecret, since: since)
        option.isRequired = true
        option.limits["choices"] = choices.map { .list($0.map(\.asValue)) }
        return configured(option) ?? .placeholder
    }

    /// Declares an option that a graph may leave out: then it is nil.
    public mutating func optionalOption<T: OptionValue>(
        _ name: String, choices: [T]? = nil, isSecret: Bool = false, since: String? = nil, doc: String
    ) -> T? {
        var option = OptionSpec(name: name, type: T.optionType, doc: doc, isSecret: isSecret, since: since)
        option.limits["choices"] = choices.map { .list($0.map(\.asValue)) }
        return configured(option)
    }

    /// Declares an option within a range that a graph may leave out: then it is nil.
    public mutating func optionalOption<T: NumericOptionValue>(
        _ name: String, in range: ClosedRange<T>, since: String? = nil, doc: String
    ) -> T? {
        var option = OptionSpec(name: name, type: T.optionType, doc: doc, since: since)
        option.limits = Declaration.limits(range)
        return configured(option)
    }

    /// Declares a file or folder that the step opens; the graph names one of its `resources`. Gives the absolute path.
    public mutating func resource(_ name: String, since: String? = nil, doc: String) -> String {
        var option = OptionSpec(name: name, type: "resource", doc: doc, since: since)
        option.isRequired = true
        return configured(option) ?? ""
    }

    /// Declares a file or folder that a graph may leave out: then it is nil.
    public mutating func optionalResource(_ name: String, since: String? = nil, doc: String) -> String? {
        configured(OptionSpec(name: name, type: "resource", doc: doc, since: since))
    }

    private static func limits<T: NumericOptionValue>(_ range: ClosedRange<T>) -> [String: Value] {
        var limits = ["minimum": range.lowerBound.asValue]
        if range.upperBound.asValue != .integer(.max) { limits["maximum"] = range.upperBound.asValue }
        return limits
    }

    /// Records the option and reads its configured value; nil if there is none or it is wrong.
    private mutating func configured<T: OptionValue>(_ option: OptionSpec) -> T? {
        spec.options.append(option)
        guard let configuration else { return nil }
        guard let given = configuration[option.name] else {
            if option.isRequired { note(.option(option.name, "Option `\(option.name)` is required.")) }
            return nil
        }
        guard let value = T(given) else {
            note(.option(option.name, "Option `\(option.name)` must be \(T.wanted), but is \(given.kind)."))
            return nil
        }
        if let problem = option.problem(with: value.asValue) {
            note(.option(option.name, problem))
            return nil
        }
        return value
    }
}

extension OptionSpec {
    /// Why a value of the right type is not allowed.
    fileprivate func problem(with value: Value) -> String? {
        let shown = isSecret ? "something else" : JSONWriter.text(of: value)
        if case .list(let choices)? = limits["choices"], !choices.contains(value) {
            let list = choices.map { JSONWriter.text(of: $0) }.joined(separator: ", ")
            return "Option `\(name)` must be one of \(list), but is \(shown)."
        }
        guard let number = Double(value) else { return nil }
        if let minimum = limits["minimum"], let lowest = Double(minimum), number < lowest {
            return "Option `\(name)` must be at least \(JSONWriter.text(of: minimum)), but is \(shown)."
        }
        if let maximum = limits["maximum"], let greatest = Double(maximum), number > greatest {
            return "Option `\(name)` must be at most \(JSONWriter.text(of: maximum)), but is \(shown)."
        }
        return nil
    }
}
