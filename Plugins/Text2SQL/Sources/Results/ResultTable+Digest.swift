import CCrypto
import Glibc

/// One short text for one bag of rows, to group equal results by.
///
/// ```
/// sha256( "fastdistill.text2sql.result.v1\n" , number of columns in decimal , "\n" ,
///         for each row, in ascending order of its bytes:  length of its bytes (64 bits, little-endian) , its bytes )
/// bytes of a row: for each value  n                          NULL
///                                 d<number>;                 a number
///                                 t<length in decimal>:…     the bytes of a text
///                                 b<length in decimal>:…     the bytes of a blob
/// ```
/// A number is written by its value, not by its type: whole ones up to 2^53 in decimal, others rounded to ten
/// significant digits (`%.9e`) and again in decimal if that makes them whole. So equal digests mean results that
/// `Comparison` finds equal as bags; it rarely finds results equal whose digests differ.
extension ResultTable {
    /// 64 hexadecimal digits. O(n log n) in the number of rows.
    func digest() -> String {
        var encoded: [UInt8] = []
        var rows: [Range<Int>] = []
        rows.reserveCapacity(rowCount)
        for index in 0..<rowCount {
            let start = encoded.count
            for cell in row(index) { encode(cell, to: &encoded) }
            rows.append(start..<encoded.count)
        }
        var message = Array("fastdistill.text2sql.result.v1\n\(columns.count)\n".utf8)
        message.reserveCapacity(message.count + encoded.count + 8 * rowCount)
        encoded.withUnsafeBytes { buffer in
            rows.sort { left, right in
                let isLess = Self.order(
                    UnsafeRawBufferPointer(rebasing: buffer[left]), UnsafeRawBufferPointer(rebasing: buffer[right]))
                return isLess < 0
            }
            for row in rows {
                withUnsafeBytes(of: UInt64(row.count).littleEndian) { message += $0 }
                message += buffer[row]
            }
        }
        return Self.sha256(message)
    }

    /// Negative if `left` stands before `right` in the order of their bytes.
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0, let first = left.baseAddress, let second = right.baseAddress {
            let difference = memcmp(first, second, shared)
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }

    private func encode(_ cell: Cell, to output: inout [UInt8]) {
        switch cell {
        case .null:
            output.append(UInt8(ascii: "n"))
        case .integer(let value):
            output += "d\(value);".utf8
        case .real(let value):
            output += "d\(Self.decimal(value));".utf8
        case .text(let range):
            output += "t\(range.count):".utf8
            output += bytes[range]
        case .blob(let range):
            output += "b\(range.count):".utf8
            output += bytes[range]
        }
    }

    private static func decimal(_ value: Double) -> String {
        if let whole = whole(value) { return String(whole) }
        let rounded = scientific(value)
        if let number = Double(rounded), let whole = whole(number) { return String(whole) }
        return rounded
    }

    private static func whole(_ value: Double) -> Int64? {
        value.rounded() == value && abs(value) <= 9_007_199_254_740_992 ? Int64(value) : nil
    }

    private static func scientific(_ value: Double) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            let length = withVaList([value]) { vsnprintf(buffer.baseAddress, buffer.count, "%.9e", $0) }
            return String(decoding: UnsafeRawBufferPointer(buffer).prefix(max(0, Int(length))), as: UTF8.self)
        }
    }

    private static func sha256(_ message: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var context = SHA256_CTX()
        SHA256_Init(&context)
        SHA256_Update(&context, message, message.count)
        SHA256_Final(&digest, &context)
        var text: [UInt8] = []
        for byte in digest { writeHexadecimal(byte, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }
}
