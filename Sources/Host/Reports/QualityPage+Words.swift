/// Numbers and texts as the pages of reports write them.
extension QualityPage {
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : percent(Double(part) / Double(whole))
    }

    /// `11.3 %`
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// Two decimals.
    static func decimals(_ value: Double) -> String {
        let hundredths = Int((value.magnitude * 100).rounded())
        let digits = String(hundredths % 100)
        let sign = value < 0 && hundredths > 0 ? "-" : ""
        return "\(sign)\(hundredths / 100).\(digits.count == 1 ? "0" : "")\(digits)"
    }

    /// The most frequent first: `3 empty, 1 too_long`.
    static func ranked(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }

    /// A text on one line.
    static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").withControlPictures
    }

    /// A text in which nothing is markup (CommonMark 0.31, section 2.4).
    static func prose(_ text: String) -> String {
        line(text).map { "\\`*[]<>&".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    /// A text in a cell of a table.
    static func cell(_ text: String) -> String { line(text).replacing("|", with: "\\|") }

    /// A text as code, whatever is in it.
    static func code(_ text: String) -> String {
        let text = line(text)
        var longest = 0
        var run = 0
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        if longest == 0 && !text.isEmpty { return "`\(text)`" }
        // A code span may hold back-ticks if more of them stand around it (CommonMark 0.31, section 6.1).
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence) \(text) \(fence)"
    }
}
