/// JSON text written piece by piece, without building a ``JSONValue`` first: for lines that are written for every request.
///
/// ```swift
/// var lines: [UInt8] = []
/// lines.openObject()
/// lines.append(member: "settle", 7)
/// lines.append(member: "role", "teacher")
/// lines.closeObject()   // {"settle":7,"role":"teacher"}
/// ```
extension [UInt8] {
    public mutating func openObject() { append(UInt8(ascii: "{")) }
    public mutating func closeObject() { append(UInt8(ascii: "}")) }
    public mutating func openArray() { append(UInt8(ascii: "[")) }
    public mutating func closeArray() { append(UInt8(ascii: "]")) }

    public mutating func append(member name: String, _ value: Int64) {
        append(name: name)
        append(decimal: value)
    }

    public mutating func append(member name: String, _ value: String) {
        append(name: name)
        appendQuoted(value, to: &self)
    }

    public mutating func append(member name: String, _ value: JSONValue) {
        append(name: name)
        value.appendCompact(to: &self)
    }

    /// - Parameter json: what is JSON already.
    public mutating func append(member name: String, json: String) {
        append(name: name)
        append(contentsOf: json.utf8)
    }

    /// An element of an array; null for nil.
    public mutating func append(element value: String?) {
        separate()
        if let value { appendQuoted(value, to: &self) } else { append(contentsOf: "null".utf8) }
    }

    public mutating func append(element value: Int64?) {
        separate()
        if let value { append(decimal: value) } else { append(contentsOf: "null".utf8) }
    }

    private mutating func append(name: String) {
        separate()
        appendQuoted(name, to: &self)
        append(UInt8(ascii: ":"))
    }

    /// No value ends as an object or array begins.
    private mutating func separate() {
        if last != UInt8(ascii: "{"), last != UInt8(ascii: "[") { append(UInt8(ascii: ",")) }
    }
}
