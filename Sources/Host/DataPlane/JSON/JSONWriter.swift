extension JSONValue {
    /// The value in the canonical form of RFC 8785 (JCS): no white space, keys sorted by UTF-16 code units, numbers as
    /// ECMAScript writes them.
    ///
    /// - Precondition: numbers are finite. Integers beyond ±2^53 are written as they are, not rounded.
    public var canonical: String { text(sorted: true, indent: nil) }

    /// The value on one line, keys in their own order.
    public var compact: String { text(sorted: false, indent: nil) }

    /// The value over several lines, two spaces a level, keys in their own order, with a line end.
    public var pretty: String { text(sorted: false, indent: 0) + "\n" }

    /// Appends ``compact`` to UTF-8 text.
    public func appendCompact(to output: inout [UInt8]) { write(to: &output, sorted: false, indent: nil) }

    private func text(sorted: Bool, indent: Int?) -> String {
        var output: [UInt8] = []
        write(to: &output, sorted: sorted, indent: indent)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], sorted: Bool, indent: Int?) {
        switch self {
        case .null: output.append("null")
        case .bool(let value): output.append(value ? "true" : "false")
        case .int(let value): output.append(decimal: value)
        case .double(let value): output += ecmaScriptNumber(value).utf8
        case .string(let value): appendQuoted(value, to: &output)
        case .array(let elements):
            Self.writeContainer("[", "]", count: elements.count, to: &output, indent: indent) { index, output, inner in
                elements[index].write(to: &output, sorted: sorted, indent: inner)
            }
        case .object(let members):
            let members = sorted ? Self.sorted(members) : members
            Self.writeContainer("{", "}", count: members.count, to: &output, indent: indent) { index, output, inner in
                appendQuoted(members[index].0, to: &output)
                output.append(inner == nil ? ":" : ": ")
                members[index].1.write(to: &output, sorted: sorted, indent: inner)
            }
        }
    }

    private static func sorted(_ members: [(String, JSONValue)]) -> [(String, JSONValue)] {
        if members.count < 2 { return members }
        // UTF-8 has the same order up to the surrogates, and is what strings are made of.
        let isASCII = members.allSatisfy { $0.0.utf8.allSatisfy { $0 < 0x80 } }
        return isASCII
            ? members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            : members.sorted { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) }
    }

    private static func writeContainer(
        _ open: StaticString, _ close: StaticString, count: Int, to output: inout [UInt8], indent: Int?,
        element: (Int, inout [UInt8], Int?) -> Void
    ) {
        output.append(open)
        let inner = indent.map { $0 + 1 }
        for index in 0..<count {
            if index > 0 { output.append(",") }
            if let inner { output += "\n\(String(repeating: "  ", count: inner))".utf8 }
            element(index, &output, inner)
        }
        if let indent, count > 0 { output += "\n\(String(repeating: "  ", count: indent))".utf8 }
        output.append(close)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends a number in decimal.
    mutating func append(decimal value: Int64) {
        // A sign and the 19 digits that a number has at most.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
            var start = text.count
            var rest = value.magnitude
            repeat {
                start -= 1
                text[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                start -= 1
                text[start] = UInt8(ascii: "-")
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
    }
}

/// Appends a JSON string literal, escaped as RFC 8785 section 3.2.2.2 says.
func appendQuoted(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
        var start = 0
        var index = 0
        // Without an iterator, which costs more than the comparisons.
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                output += escape(byte).utf8
                start = index + 1
            }
            index += 1
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }
    output.append(UInt8(ascii: "\""))
}

/// The escape of a quotation mark, a backslash or a control character.
private func escape(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): return "\\\""
    case UInt8(ascii: "\\"): return "\\\\"
    case 0x08: return "\\b"
    case 0x09: return "\\t"
    case 0x0A: return "\\n"
    case 0x0C: return "\\f"
    case 0x0D: return "\\r"
    default:
        let digits = String(byte, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// A number as ECMAScript's Number::toString writes it (ECMA-262 section 6.1.6.1.20; RFC 8785 section 3.2.2.3).
func ecmaScriptNumber(_ value: Double) -> String {
    precondition(value.isFinite, "JSON has no \(value)")
    if value == 0 { return "0" }
    if value < 0 { return "-" + ecmaScriptNumber(-value) }
    // Swift's description has the same shortest digits, in another layout: d.ddde±x or ddd.ddd.
    let parts = value.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var digits = String(mantissa[0]) + fraction
    var point = mantissa[0].count + exponent  // the value is 0.digits × 10^point
    let leading = digits.prefix { $0 == "0" }.count
    digits.removeFirst(leading)
    point -= leading
    while digits.last == "0" { digits.removeLast() }
    let count = digits.count
    if count <= point, point <= 21 { return digits + String(repeating: "0", count: point - count) }
    if 0 < point, point <= 21 {
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }
    if -6 < point, point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
    let scale = point - 1
    let head = digits.prefix(1) + (count > 1 ? "." + digits.dropFirst() : "")
    return head + "e" + (scale < 0 ? "-" : "+") + String(abs(scale))
}
