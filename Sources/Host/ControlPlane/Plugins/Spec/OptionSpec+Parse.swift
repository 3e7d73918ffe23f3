import DataPlane

extension OptionSpec {
    init(parsing value: JSONValue, at pointer: String) throws(Failure) {
        let option = try SpecObject(
            value, at: pointer,
            known: ["name", "type", "doc", "default", "required", "choices", "minimum", "maximum", "secret", "since"])
        let name = try option.identifier("name")
        let word = try option.text("type")
        guard let kind = Kind(rawValue: word) else {
            let hint = ConfigReader.suggestion(for: word, among: Kind.allCases.map(\.rawValue))
            throw option.failure("type", "unknown type '\(word)'; \(hint)")
        }
        self.init(name: name, kind: kind)
        doc = try option.text("doc", default: "")
        isRequired = try option.flag("required")
        isSecret = try option.flag("secret")
        if option["since"] != nil { since = try option.text("since") }
        minimum = try option.number("minimum")
        maximum = try option.number("maximum")
        let isNumber = kind == .integer || kind == .number
        for member in ["minimum", "maximum"] where !isNumber && option[member] != nil {
            throw option.failure(member, "an option of type \(kind.rawValue) has no range")
        }
        if let minimum, let maximum, minimum > maximum { throw option.failure("maximum", "is below 'minimum'") }
        for (choice, pointer) in try option.list("choices") {
            if let fault = kind.fault(choice) { throw SpecObject.failure(at: pointer, fault) }
            choices.append(choice)
        }
        if let value = option["default"] {
            if isRequired { throw option.failure("default", "a required option has no default") }
            if let fault = kind.fault(value) { throw option.failure("default", fault) }
            if !choices.isEmpty, !choices.contains(value) { throw option.failure("default", "is not among 'choices'") }
            if let number = value.double, number < minimum ?? number || number > maximum ?? number {
                throw option.failure("default", "is not between 'minimum' and 'maximum'")
            }
            defaultValue = value
        }
    }
}

extension OptionSpec.Kind {
    /// Why a value is not one of this kind; nil when it is.
    public func fault(_ value: JSONValue) -> String? {
        switch (self, value) {
        case (.string, .string), (.resource, .string), (.integer, .int), (.number, .int), (.number, .double),
            (.boolean, .bool):
            nil
        case (.stringList, .array(let elements)) where elements.allSatisfy({ $0.string != nil }): nil
        case (.stringList, _): "must be a list of strings, not \(value.kind)"
        case (.integer, _): "must be an integer, not \(value.kind)"
        case (.number, _): "must be a number, not \(value.kind)"
        case (.boolean, _): "must be true or false, not \(value.kind)"
        case (.string, _), (.resource, _): "must be a string, not \(value.kind)"
        }
    }
}
