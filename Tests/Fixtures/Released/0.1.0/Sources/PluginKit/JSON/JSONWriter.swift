/// Writes values as compact JSON with sorted member names, so that equal values give equal bytes.
struct JSONWriter {
    private(set) var text = ""

    static func text(of value: Value) -> String {
        var writer = JSONWriter()
        writer.write(value)
        return writer.text
    }

    mutating func write(_ value: Value) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): write(number: value)
        case .text(let value): write(string: value)
        case .bytes(let value): write(list: value.map { .integer(Int64($0)) })
        case .list(let elements): write(list: elements)
        case .object(let members): write(object: members)
        }
    }

    /// JSON has no infinities and no NaN: they become null.
    private mutating func write(number: Double) {
        text += number.isFinite ? number.description : "null"
    }

    private mutating func write(list: [Value]) {
        text += "["
        for (index, element) in list.enumerated() {
            if index > 0 { text += "," }
            write(element)
        }
        text += "]"
    }

    private mutating func write(object: [String: Value]) {
        text += "{"
        for (index, member) in object.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { text += "," }
            write(string: member.key)
            text += ":"
            write(member.value)
        }
        text += "}"
    }

    private mutating func write(string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
