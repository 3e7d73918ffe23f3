/// Reads the text members of one JSON object; all other members are skipped.
struct FlatJSON {
    private let text: [UInt8]
    private var position = 0

    /// The members by name; empty if `text` is no JSON object.
    static func texts(_ text: [UInt8]) -> [String: String] {
        var reader = FlatJSON(text: text)
        return reader.object() ?? [:]
    }

    private init(text: [UInt8]) {
        self.text = text
    }

    private mutating func object() -> [String: String]? {
        var members: [String: String] = [:]
        guard take(UInt8(ascii: "{")) else { return nil }
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            guard let name = string(), take(UInt8(ascii: ":")) else { return nil }
            if let value = string() {
                members[name] = value
            } else if !skipValue() {
                return nil
            }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? members : nil
    }

    /// Takes `byte`, with white space before it.
    private mutating func take(_ byte: UInt8) -> Bool {
        while position < text.count, text[position].isSpace { position += 1 }
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var value: [UInt8] = []
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "\\") where position + 1 < text.count:
                position = JSONEscape.decode(text, position + 1, text.count, &value)
            default:
                value.append(text[position])
                position += 1
            }
        }
        return nil
    }

    /// Moves past a number, a word, an object or a list, up to the comma or bracket behind it.
    private mutating func skipValue() -> Bool {
        var depth = 0
        let start = position
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position > start }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                return position > start
            default:
                break
            }
            position += 1
        }
        return false
    }
}
