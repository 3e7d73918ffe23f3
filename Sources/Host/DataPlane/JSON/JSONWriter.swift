extension JSONValue {
    /// The value in the canonical form of RFC 8785 (JCS): no white space, keys sorted by UTF-16 code units, numbers as
    /// ECMAScript writes them.
    ///
    /// - Precondition: numbers are finite. Integers beyond ±2^53 are written as they are, not rounded.
    public var canonical: String {
        var output = ""
        write(to: &output, sorted: true, indent: nil)
        return output
    }

    /// The value on one line, keys in their own order.
    public var compact: String {
        var output = ""
        write(to: &output, sorted: false, indent: nil)
        return output
    }

    /// The value over several lines, two spaces a level, keys in their own order, with a line end.
    public var pretty: String {
        var output = ""
        write(to: &output, sorted: false, indent: 0)
        return output + "\n"
    }

    private func write(to output: inout String, sorted: Bool, indent: Int?) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .int(let value): output += String(value)
        case .double(let value): output += ecmaScriptNumber(value)
        case .string(let value): appendQuoted(value, to: &output)
        case .array(let elements):
            Self.writeContainer("[", "]", count: elements.count, to: &output, indent: indent) { index, output, inner in
                elements[index].write(to: &output, sorted: sorted, indent: inner)
            }
        case .object(let members):
            let members = sorted ? members.sorted { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) } : members
            Self.writeContainer("{", "}", count: members.count, to: &output, indent: indent) { index, output, inner in
                appendQuoted(members[index].0, to: &output)
                output += inner == nil ? ":" : ": "
                members[index].1.write(to: &output, sorted: sorted, indent: inner)
            }
        }
    }

    private static func writeContainer(
        _ open: String, _ close: String, count: Int, to output: inout String, indent: Int?,
        element: (Int, inout String, Int?) -> Void
    ) {
        output += open
        let inner = indent.map { $0 + 1 }
        for index in 0..<count {
            if index > 0 { output += "," }
            if let inner { output += "\n" + String(repeating: "  ", count: inner) }
            element(index, &output, inner)
        }
        if let indent, count > 0 { output += "\n" + String(repeating: "  ", count: indent) }
        output += close
    }
}

/// Appends a JSON string literal, escaped as RFC 8785 section 3.2.2.2 says.
func appendQuoted(_ text: String, to output: inout String) {
    output += "\""
    var rest = text[...].utf8
    while let special = rest.firstIndex(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
        output += Substring(rest[..<special])
        output += escape(rest[special])
        rest = rest[rest.index(after: special)...]
    }
    output += Substring(rest)
    output += "\""
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
