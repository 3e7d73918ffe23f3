/// Numbers that simdjson refuses and JSON allows (RFC 8259 section 6 sets no bounds): integers beyond 64 bits, and
/// floats too large for a double.
///
/// simdjson gives up on the whole text for one of them. So where it does, every number that is no 64-bit integer is read
/// here, its place in the text is taken by a zero, and simdjson parses that: it stays the only judge of what JSON is.
/// Only what is exactly a number of JSON and stands outside strings is replaced, by another number, so a text that was
/// no JSON does not become any.
///
/// ```
/// {"a": 1, "b": 18446744073709551616, "c": 1e400}
/// {"a": 1, "b": 0, "c": 0}                              values [1: 1.8446744073709552e19, 2: inf]
/// ```
struct JSONNumbers {
    /// The text with zeros in it.
    private(set) var text: [UInt8] = []
    /// What stood in the place of the zeros, by how many numbers come before; infinite beyond the range of a double.
    private(set) var values: [Int: Double] = [:]

    /// - Complexity: O(bytes).
    init(replacedIn bytes: UnsafeRawBufferPointer) {
        text.reserveCapacity(bytes.count)
        var count = 0
        var index = 0
        while index < bytes.count {
            let end: Int
            switch bytes[index] {
            case UInt8(ascii: "\""): end = Self.endOfString(bytes, index)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                end = bytes[index...].firstIndex { !Self.isOfNumber($0) } ?? bytes.count
                let digits = bytes[index..<end]
                if Self.isNumber(digits) {
                    if let value = Self.replacement(digits) {
                        values[count] = value
                        text.append(UInt8(ascii: "0"))
                        index = end
                    }
                    count += 1
                }
            default: end = index + 1
            }
            text.append(contentsOf: bytes[index..<end])
            index = end
        }
    }

    /// The value of a number that is no 64-bit integer; nil for one that is.
    private static func replacement(_ digits: Slice<UnsafeRawBufferPointer>) -> Double? {
        let text = String(decoding: digits, as: UTF8.self)
        return Int64(text) == nil ? Double(text) : nil
    }

    /// Where the string that starts at `start` ends, behind its closing quote.
    private static func endOfString(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return bytes.count
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool { isDigit(byte) || "+-.eE".utf8.contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Whether bytes are a number by the grammar of RFC 8259 section 6.
    private static func isNumber(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        var rest = bytes
        func skip(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest.removeFirst()
            return true
        }
        func skipDigits() -> Bool {
            let before = rest.count
            rest = rest.drop(while: isDigit)
            return rest.count < before
        }
        _ = skip("-")
        guard skip("0") || skipDigits() else { return false }
        if skip("."), !skipDigits() { return false }
        if skip("eE") {
            _ = skip("+-")
            if !skipDigits() { return false }
        }
        return rest.isEmpty
    }
}
