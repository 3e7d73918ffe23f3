import DataPlane

/// A response in the JSON that its server must have meant.
///
/// Programs in Python write `NaN` and `Infinity` for log-probabilities, which are no JSON (RFC 8259 section 6). An answer that the
/// limit of tokens has cut can end in half a character: one half of a surrogate pair (section 8.2), or a part of its bytes in
/// UTF-8. The answer has been paid for all the same, and asking again would be paid for, too.
///
/// ```
/// {"content": "Zo\ud83d", "logprob": -Infinity}
/// {"content": "Zo\ufffd", "logprob": null}
/// ```
struct MendedResponse {
    private(set) var bytes: [UInt8] = []

    /// - Complexity: O(bytes).
    init(_ response: [UInt8]) {
        // Half of a character in UTF-8 becomes U+FFFD here.
        let text = Array(String(decoding: response, as: UTF8.self).utf8)
        bytes.reserveCapacity(text.count)
        var isInString = false
        var index = 0
        while index < text.count {
            let rest = text[index...]
            let taken: Int
            if isInString, text[index] == UInt8(ascii: "\\") {
                taken = appendEscape(rest)
            } else if !isInString, let word = Self.words.first(where: { rest.starts(with: $0) }) {
                bytes += Array("null".utf8)
                taken = word.count
            } else {
                if text[index] == UInt8(ascii: "\"") { isInString.toggle() }
                bytes.append(text[index])
                taken = 1
            }
            index += taken
        }
    }

    private static let words = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }

    /// Appends an escape, or the pair of two that are one character; gives the bytes it had.
    private mutating func appendEscape(_ rest: ArraySlice<UInt8>) -> Int {
        guard let unit = Self.codeUnit(rest) else {
            bytes += rest.prefix(2)
            return min(rest.count, 2)
        }
        if UTF16.isLeadSurrogate(unit), let next = Self.codeUnit(rest.dropFirst(6)), UTF16.isTrailSurrogate(next) {
            bytes += rest.prefix(12)
            return 12
        }
        bytes += UTF16.isSurrogate(unit) ? Array(#"\ufffd"#.utf8) : Array(rest.prefix(6))
        return 6
    }

    /// The code unit of an escape such as `\ud83d` at the beginning of some bytes; nil if there is none.
    private static func codeUnit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard bytes.starts(with: Array(#"\u"#.utf8)), bytes.count >= 6 else { return nil }
        let digits = bytes.dropFirst(2).prefix(4)
        guard
            digits.allSatisfy({
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20
            })
        else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

extension JSONParser {
    /// Parses the body of a response; what is no JSON only by a slip of its server is mended first.
    func parse(response: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        func value(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
            let result = bytes.withUnsafeBytes { bytes in Result { () throws(JSONSyntaxError) in try parse(bytes) } }
            return try result.get()
        }
        do {
            return try value(response)
        } catch {
            // What is still none is told of as it came.
            guard let mended = try? value(MendedResponse(response).bytes) else { throw error }
            return mended
        }
    }
}
