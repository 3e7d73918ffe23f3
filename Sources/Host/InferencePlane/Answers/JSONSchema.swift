import DataPlane

/// Checks JSON against a schema, for answers of providers that do not.
///
/// Knows the keywords that structured output has (JSON Schema 2020-12, "Validation"): `type`, `enum`, `const`, `properties`,
/// `required`, `additionalProperties`, `items`, `anyOf`, `allOf`, `minItems`, `maxItems`, `minLength`, `maxLength`,
/// `minimum`, `maximum`, and `$ref` within the document. Any other keyword is taken to hold.
struct JSONSchema {
    private let root: JSONValue
    /// Deeper than this a schema that refers to itself is taken to hold.
    private static let deepest = 64

    init(_ root: JSONValue) { self.root = root }

    /// Where a value does not fit, as a clause without any text of the value; nil when it fits.
    func mismatch(_ value: JSONValue) -> String? { mismatch(value, root, at: "", depth: 0) }

    private func mismatch(_ value: JSONValue, _ schema: JSONValue, at path: String, depth: Int) -> String? {
        if schema.bool == false { return "\(Self.name(path)) must not be there" }
        guard schema.object != nil, depth < Self.deepest else { return nil }
        if let reference = schema["$ref"]?.string {
            return resolve(reference).flatMap { mismatch(value, $0, at: path, depth: depth + 1) }
        }
        if let problem = Self.kind(value, schema, path) ?? Self.bounds(value, schema, path) { return problem }
        for part in schema["allOf"]?.array ?? [] {
            if let problem = mismatch(value, part, at: path, depth: depth + 1) { return problem }
        }
        if let parts = schema["anyOf"]?.array ?? schema["oneOf"]?.array,
            !parts.contains(where: { mismatch(value, $0, at: path, depth: depth + 1) == nil })
        {
            return "\(Self.name(path)) fits none of its forms"
        }
        return members(value, schema, at: path, depth: depth) ?? elements(value, schema, at: path, depth: depth)
    }

    private func members(_ value: JSONValue, _ schema: JSONValue, at path: String, depth: Int) -> String? {
        guard let object = value.object else { return nil }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where value[name] == nil {
            return "\(path)/\(name) is missing"
        }
        for (name, member) in object {
            let part = schema["properties"]?[name] ?? schema["additionalProperties"] ?? true
            if let problem = mismatch(member, part, at: "\(path)/\(name)", depth: depth + 1) { return problem }
        }
        return nil
    }

    private func elements(_ value: JSONValue, _ schema: JSONValue, at path: String, depth: Int) -> String? {
        guard let array = value.array, let part = schema["items"] else { return nil }
        for (index, element) in array.enumerated() {
            if let problem = mismatch(element, part, at: "\(path)/\(index)", depth: depth + 1) { return problem }
        }
        return nil
    }

    private static func kind(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        let kinds = schema["type"]?.array?.compactMap(\.string) ?? schema["type"]?.string.map { [$0] }
        if let kinds, !kinds.contains(where: { isOfKind(value, $0) }) {
            return "\(name(path)) is \(value.kind), not \(kinds.joined(separator: " or "))"
        }
        if let choices = schema["enum"]?.array, !choices.contains(value) {
            return "\(name(path)) is none of its values"
        }
        if let constant = schema["const"], constant != value { return "\(name(path)) is not its value" }
        return nil
    }

    private static func isOfKind(_ value: JSONValue, _ kind: String) -> Bool {
        switch (kind, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .int), ("number", .int), ("number", .double),
            ("string", .string), ("array", .array), ("object", .object):
            true
        case ("integer", .double(let number)): number == number.rounded()
        default: false
        }
    }

    private static func bounds(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
        func isOutside(_ size: Double, _ least: String, _ most: String) -> Bool {
            size < schema[least]?.double ?? -.infinity || size > schema[most]?.double ?? .infinity
        }
        let isWrong =
            switch value {
            case .string(let text): isOutside(Double(text.unicodeScalars.count), "minLength", "maxLength")
            case .array(let array): isOutside(Double(array.count), "minItems", "maxItems")
            case .int, .double: isOutside(value.double ?? 0, "minimum", "maximum")
            default: false
            }
        return isWrong ? "\(name(path)) is outside its bounds" : nil
    }

    private static func name(_ path: String) -> String { path.isEmpty ? "the answer" : path }

    /// What `#/$defs/name` leads to.
    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.utf8.first == UInt8(ascii: "#") else { return nil }
        return reference.dropFirst().split(separator: "/").reduce(.some(root)) { value, part in
            value?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }
}

extension JSONSchema {
    /// The JSON of an answer that was asked for in words: what it says, without the code fence that models put around it.
    static func answer(in text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = lines.firstIndex { !$0.allSatisfy(\.isWhitespace) }
        let last = lines.lastIndex { !$0.allSatisfy(\.isWhitespace) }
        guard let first, let last, first < last, lines[first].drop(while: \.isWhitespace).hasPrefix("```"),
            lines[last].drop(while: \.isWhitespace).hasPrefix("```")
        else { return text }
        return lines[(first + 1)..<last].joined(separator: "\n")
    }
}
