import Glibc

/// A compiled POSIX extended regular expression over bytes (regex(7), in the C locale).
final class Pattern: Sendable {
    struct SyntaxError: Error {
        /// The system's words.
        let reason: String
    }

    let text: String
    // Sound to share: regexec takes the pattern const and guards its cache by a lock of its own (regexec(3), MT-Safe).
    private nonisolated(unsafe) let compiled: UnsafeMutablePointer<regex_t>

    init(_ text: String) throws(SyntaxError) {
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        compiled.initialize(to: regex_t())
        let status = regcomp(compiled, text, REG_EXTENDED | REG_NOSUB)
        guard status == 0 else {
            var words = [CChar](repeating: 0, count: 256)
            regerror(status, compiled, &words, words.count)
            compiled.deallocate()
            throw SyntaxError(
                reason: words.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" })
        }
        self.text = text
        self.compiled = compiled
    }

    deinit {
        regfree(compiled)
        compiled.deallocate()
    }

    /// Whether the expression matches somewhere in the bytes.
    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var whole = regmatch_t(rm_so: 0, rm_eo: regoff_t(bytes.count))
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        return withUnsafePointer(to: 0 as CChar) { empty in
            regexec(compiled, start ?? empty, 1, &whole, REG_STARTEND) == 0
        }
    }
}
