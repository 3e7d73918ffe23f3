/// Rows as canonical JSON: one text for one result.
///
/// An array of rows, each an array of values, without white space. NULL is `null`; an integer has no point and a real
/// always has one or an exponent (`2`, `2.0`, `1e+20`), with the fewest digits that read back as the same number;
/// infinities are `{"real":"inf"}` and `{"real":"-inf"}`; text is a string in which only `"`, `\` and control
/// characters are escaped; a blob is `{"base16":"00ff"}`, text that is no valid UTF-8 `{"text_base16":"…"}`.
extension ResultTable {
    /// The text, or nil if it is longer than `limit` bytes.
    func json(limit: Int) -> String? {
        var output: [UInt8] = [UInt8(ascii: "[")]
        for row in 0..<rowCount {
            if row > 0 { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "["))
            var isFirst = true
            for cell in self.row(row) {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                write(cell, to: &output)
            }
            output.append(UInt8(ascii: "]"))
            guard output.count < limit else { return nil }
        }
        output.append(UInt8(ascii: "]"))
        return output.count <= limit ? String(decoding: output, as: UTF8.self) : nil
    }

    private func write(_ cell: Cell, to output: inout [UInt8]) {
        switch cell {
        case .null:
            output += "null".utf8
        case .integer(let value):
            output += String(value).utf8
        case .real(let value) where value.isInfinite:
            output += (value < 0 ? #"{"real":"-inf"}"# : #"{"real":"inf"}"#).utf8
        case .real(let value):
            output += value.description.utf8
        case .text(let range):
            if String(validating: bytes[range], as: UTF8.self) == nil {
                write(range, as: "text_base16", to: &output)
            } else {
                writeText(range, to: &output)
            }
        case .blob(let range):
            write(range, as: "base16", to: &output)
        }
    }

    private func write(_ range: Range<Int>, as name: String, to output: inout [UInt8]) {
        output += "{\"\(name)\":\"".utf8
        for byte in bytes[range] { Self.writeHexadecimal(byte, to: &output) }
        output += "\"}".utf8
    }

    private func writeText(_ range: Range<Int>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in bytes[range] {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                output += "\\u00".utf8
                Self.writeHexadecimal(byte, to: &output)
            default:
                output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    static func writeHexadecimal(_ byte: UInt8, to output: inout [UInt8]) {
        for half in [byte >> 4, byte & 15] {
            output.append(half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10)
        }
    }
}
