/// Writes the candidates of a sample as a JSON array, members in the order of their names.
///
/// Source: RFC 8259, section 7.
struct EvidenceText {
    private var list = ""

    var text: String { "[" + list + "]" }

    mutating func append(answer: String?, cluster: Int?, digest: String?, error: String?) {
        if !list.isEmpty { list += "," }
        list += "{\"answer\":" + Self.quoted(answer) + ",\"cluster\":" + (cluster.map { "\($0)" } ?? "null")
        list += ",\"digest\":" + Self.quoted(digest) + ",\"error\":" + Self.quoted(error) + "}"
    }

    private static func quoted(_ text: String?) -> String {
        guard let text else { return "null" }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                quoted += scalar.value < 0x10 ? "\\u000" : "\\u00"
                quoted += String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
