/// A Swift type that stands for the value of an option: `String`, `Int`, `Double`, `Bool` or `[String]`.
public protocol OptionValue: Sendable {
    static var optionType: String { get }
    /// What stands there while a required option is only described.
    static var placeholder: Self { get }
    init?(_ value: Value)
    var asValue: Value { get }
}

/// An option that can be limited to a range.
public protocol NumericOptionValue: OptionValue, Comparable {}

extension String: OptionValue {
    public static var optionType: String { "string" }
    public static var placeholder: String { "" }

    public init?(_ value: Value) {
        guard case .text(let text) = value else { return nil }
        self = text
    }

    public var asValue: Value { .text(self) }
}

extension Int: NumericOptionValue {
    public static var optionType: String { "integer" }
    public static var placeholder: Int { 0 }

    public init?(_ value: Value) {
        guard case .integer(let integer) = value else { return nil }
        self = Int(integer)
    }

    public var asValue: Value { .integer(Int64(self)) }
}

extension Double: NumericOptionValue {
    public static var optionType: String { "number" }
    public static var placeholder: Double { 0 }

    public init?(_ value: Value) {
        switch value {
        case .integer(let integer): self = Double(integer)
        case .number(let number): self = number
        default: return nil
        }
    }

    public var asValue: Value { .number(self) }
}

extension Bool: OptionValue {
    public static var optionType: String { "boolean" }
    public static var placeholder: Bool { false }

    public init?(_ value: Value) {
        guard case .bool(let bool) = value else { return nil }
        self = bool
    }

    public var asValue: Value { .bool(self) }
}

extension Array: OptionValue where Element == String {
    public static var optionType: String { "string_list" }
    public static var placeholder: [String] { [] }

    public init?(_ value: Value) {
        guard case .list(let elements) = value else { return nil }
        var texts: [String] = []
        for element in elements {
            guard case .text(let text) = element else { return nil }
            texts.append(text)
        }
        self = texts
    }

    public var asValue: Value { .list(map { .text($0) }) }
}

extension OptionValue {
    /// What the type is called in an error message.
    static var wanted: String {
        switch optionType {
        case "string": "a string"
        case "integer": "an integer"
        case "number": "a number"
        case "boolean": "true or false"
        default: "a list of strings"
        }
    }
}
