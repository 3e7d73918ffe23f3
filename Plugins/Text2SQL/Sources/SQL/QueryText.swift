/// The text of a query as far as it means something: two queries with the same form differ in white space, comments, the
/// case of letters outside of quotes and a final semicolon only.
enum QueryText {
    static func form(_ statement: Statement) -> String {
        var tokens = Tokenizer(statement.bytes)
        var form: [UInt8] = []
        while let token = tokens.nextSignificant() {
            guard token.kind != .semicolon else { continue }
            if !form.isEmpty { form.append(UInt8(ascii: " ")) }
            let isQuoted = token.kind == .string || token.kind == .quotedName || token.kind == .unclosed
            for byte in statement.bytes[token.range] {
                form.append(!isQuoted && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
        }
        return String(decoding: form, as: UTF8.self)
    }
}
