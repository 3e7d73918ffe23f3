/// A place in a YAML text, 1-based.
public struct Mark: Hashable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A value of a YAML document with its place.
public struct YAMLNode: Sendable {
    public indirect enum Content: Sendable {
        /// `plain` is false for quoted and block scalars, which are always text.
        case scalar(String, plain: Bool)
        case sequence([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    public var content: Content
    public var mark: Mark

    public init(_ content: Content, at mark: Mark) {
        self.content = content
        self.mark = mark
    }
}

/// A YAML file: its text, for messages, and its one document.
public struct YAMLDocument: Sendable {
    public let path: String
    public let lines: [String]
    public let root: YAMLNode
    /// SHA-256 of the file's bytes.
    public let sha256: String
}

extension YAMLNode {
    /// The value as JSON, plain scalars by the core schema of YAML 1.2: null, true, false, integers, floats; the rest text.
    public var json: JSONValue {
        switch content {
        case .scalar(let text, let plain): plain ? Self.resolve(text) : .string(text)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let members): .object(members.map { ($0.key.text ?? "", $0.value.json) })
        }
    }

    /// The text of a scalar as it was written.
    public var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

    /// What kind of value it is, as messages name it.
    public var kind: String {
        switch content {
        case .scalar: json.kind
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }

    /// Whether it is a plain scalar that the core schema of YAML 1.2 takes for an infinite number or for none (section 10.3.2),
    /// or a number too large for a double. JSON has no such numbers, so that ``json`` is its text.
    var isNotFinite: Bool {
        guard case .scalar(let text, plain: true) = content else { return false }
        if [".nan", ".NaN", ".NAN"].contains(text) { return true }
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF"].contains(digits) { return true }
        return digits.allSatisfy { "0123456789.eE+-".contains($0) } && Double(digits)?.isInfinite == true
    }

    private static func resolve(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        let isDigit = { (character: Character) in ("0"..."9").contains(character) }
        if !digits.isEmpty, digits.allSatisfy(isDigit), let value = Int64(text) { return .int(value) }
        let isNumeric = digits.contains(where: isDigit) && digits.allSatisfy { isDigit($0) || ".eE+-".contains($0) }
        if isNumeric, digits.first != "+", digits.first != "-", let value = Double(text), value.isFinite {
            return .double(value)
        }
        return .string(text)
    }
}
