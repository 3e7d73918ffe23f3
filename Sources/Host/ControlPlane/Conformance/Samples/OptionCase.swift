import DataPlane

/// A config that a step ought to refuse, and what is wrong with it.
struct OptionCase {
    let config: JSONValue
    /// The JSON pointer of the option.
    let pointer: String
    /// What is wrong, as messages name it: `'limit': "x"`.
    let shown: String

    private init(_ trial: StepTrial, _ name: String, _ value: JSONValue?) {
        let members = (trial.config.object ?? []).filter { $0.0 != name }
        config = .object(value.map { members + [(name, $0)] } ?? members)
        pointer = "/" + name
        shown = value.map { "'\(name)': \($0.compact)" } ?? "a config without '\(name)'"
    }

    static func wrongTypes(_ trial: StepTrial) -> [OptionCase] {
        trial.step.options.flatMap { option in
            option.kind.wrongValues.map { OptionCase(trial, option.name, $0) }
        }
    }

    static func outOfRange(_ trial: StepTrial) -> [OptionCase] {
        trial.step.options.flatMap { option in
            option.valuesOutOfRange.map { OptionCase(trial, option.name, $0) }
        }
    }

    static func missing(_ trial: StepTrial) -> [OptionCase] {
        trial.step.options.filter(\.isRequired).map { OptionCase(trial, $0.name, nil) }
    }

    static func unknown(_ trial: StepTrial) -> [OptionCase] { [OptionCase(trial, "no_such_option", 1)] }
}

extension OptionSpec.Kind {
    fileprivate var wrongValues: [JSONValue] {
        switch self {
        case .string, .resource: [7, [:]]
        case .integer: ["seven", true]
        case .number: ["seven", [1]]
        case .boolean: ["yes", 1]
        case .stringList: ["alone", [1]]
        }
    }
}

extension OptionSpec {
    fileprivate var valuesOutOfRange: [JSONValue] {
        var values: [JSONValue] = []
        // Beyond 2^53 a number and its neighbour are the same; nobody counts that far.
        for (limit, step) in [(minimum, -1.0), (maximum, 1.0)] {
            guard let limit, limit.magnitude < 0x1p53 else { continue }
            values.append(kind == .integer ? .int(Int64(limit + step)) : .double(limit + step))
        }
        guard !choices.isEmpty else { return values }
        switch kind {
        case .string: values.append("no such choice")
        case .integer, .number: values.append(.int(987_654_321))
        case .boolean, .stringList, .resource: break
        }
        return values
    }
}

extension JSONValue {
    /// The same value as other JSON: members from the last to the first, white space, every letter escaped.
    var writtenOtherwise: String {
        switch self {
        case .string(let text): return Self.escaped(text)
        case .array(let elements):
            return "[ " + elements.map(\.writtenOtherwise).joined(separator: " ,\n") + "\t]"
        case .object(let members):
            let lines = members.reversed().map { "\(Self.escaped($0.0)) :\r\n \($0.1.writtenOtherwise)" }
            return "\n{ " + lines.joined(separator: " ,") + " } "
        default: return compact
        }
    }

    private static func escaped(_ text: String) -> String {
        let units = text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"" + units.joined() + "\""
    }
}
