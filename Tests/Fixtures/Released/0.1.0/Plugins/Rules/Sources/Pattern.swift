import Glibc

/// A compiled POSIX extended regular expression.
///
/// A class, because a step is copied and `regex_t` must be freed once. Not Sendable: used by one step.
final class Pattern {
    /// Why a text is not a regular expression, in the words of the C library.
    struct Fault: Error {
        let message: String
    }

    let text: String
    private var compiled = regex_t()

    init(_ text: String) throws(Fault) {
        self.text = text
        let status = regcomp(&compiled, text, REG_EXTENDED)
        guard status == 0 else {
            throw Fault(message: Pattern.message(of: status, &compiled))
        }
    }

    deinit {
        regfree(&compiled)
    }

    private static func message(of status: CInt, _ compiled: inout regex_t) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            _ = regerror(status, &compiled, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }

    /// The first and longest part of the text that matches; nil if none does.
    func match(in text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // REG_STARTEND: the text has a length instead of a NUL, so a NUL in it does not hide what follows.
                var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(clamping: characters.count))
                let isFound = regexec(&compiled, characters.baseAddress ?? Pattern.empty, 1, &range, REG_STARTEND) == 0
                guard isFound else { return nil }
                return String(decoding: bytes[Int(range.rm_so)..<Int(range.rm_eo)], as: UTF8.self)
            }
        }
    }

    /// Where an empty text begins, which Swift may give as no address at all.
    nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.initialize(to: 0)
        return UnsafePointer(pointer)
    }()
}
