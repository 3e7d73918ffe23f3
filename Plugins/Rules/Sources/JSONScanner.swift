/// Checks that bytes are one JSON value, and notes the types of the outermost object's members.
///
/// Source: RFC 8259.
struct JSONScanner {
    private let text: [UInt8]
    /// Where reading stopped.
    private(set) var position = 0
    /// The type of the value; nil if there is none.
    private(set) var type: String?
    /// The members of the outermost object: name to type, the last of a name counts.
    private(set) var members: [String: String] = [:]
    /// For each open bracket whether it is that of an object.
    private var open: [Bool] = []

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// Whether the whole text is one value, with white space around it.
    mutating func scan() -> Bool {
        var name: String?
        while true {
            guard let found = value() else { return false }
            if open.isEmpty || (open.count == 1 && isOpening(found)) { type = type ?? found }
            if let name, open.count == (isOpening(found) ? 2 : 1) { members[name] = found }
            name = nil
            if isOpening(found) {
                skipSpace()
                if take(open.last == true ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    open.removeLast()
                } else {
                    if open.last == true {
                        guard let key = key() else { return false }
                        name = key
                    }
                    continue
                }
            }
            guard let goesOn = behindValue(&name) else { return false }
            if !goesOn { return true }
        }
    }

    private func isOpening(_ type: String) -> Bool { type == "object" || type == "array" }

    /// What may follow a value: true if another has to come, false at the end of the text, nil if it is wrong.
    private mutating func behindValue(_ name: inout String?) -> Bool? {
        while true {
            skipSpace()
            guard let isObject = open.last else { return position == text.count ? false : nil }
            if take(UInt8(ascii: ",")) {
                guard isObject else { return true }
                name = key()
                return name == nil ? nil : true
            }
            guard take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return nil }
            open.removeLast()
        }
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    /// A member's name with the colon behind it.
    private mutating func key() -> String? {
        skipSpace()
        let start = position + 1
        guard string() else { return nil }
        let name = String(decoding: text[start..<position - 1], as: UTF8.self)
        skipSpace()
        return take(UInt8(ascii: ":")) ? name : nil
    }

    /// The type of a value, which for an object or an array has only been opened.
    private mutating func value() -> String? {
        skipSpace()
        guard position < text.count else { return nil }
        switch text[position] {
        case UInt8(ascii: "{"):
            position += 1
            open.append(true)
            return "object"
        case UInt8(ascii: "["):
            position += 1
            open.append(false)
            return "array"
        case UInt8(ascii: "\""): return string() ? "string" : nil
        case UInt8(ascii: "t"): return word("true") ? "boolean" : nil
        case UInt8(ascii: "f"): return word("false") ? "boolean" : nil
        case UInt8(ascii: "n"): return word("null") ? "null" : nil
        default: return number() ? "number" : nil
        }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[offset]) { return false }
        return true
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while position < text.count {
            let byte = text[position]
            if byte < 0x20 { return false }
            position += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard position < text.count, "\"\\/bfnrtu".utf8.contains(text[position]) else { return false }
            position += 1
            guard text[position - 1] == UInt8(ascii: "u") else { continue }
            for _ in 0..<4 {
                guard position < text.count, isHex(text[position]) else { return false }
                position += 1
            }
        }
        return false
    }

    private func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { guard digits() else { return false } }
        if take(UInt8(ascii: ".")) { guard digits() else { return false } }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        return position > start
    }
}
