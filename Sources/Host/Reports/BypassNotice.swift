import DataPlane

/// Tells in a report which gates were bypassed, and why: in what is written anew, and in what is there already.
///
/// ```
/// # Quality of demo
///
/// **Warning: the gate 'close' was bypassed: the test set changed**
///
/// 168 source rows: …
/// ```
public enum BypassNotice {
    /// The member of a report that has them.
    public static let member = "bypassed_gates"

    private static let start = "**Warning: the gate "

    /// What stands below the title of a page; nothing without bypasses.
    ///
    /// - Parameter sentences: each begins with "the gate".
    public static func lines(_ sentences: [String]) -> [String] {
        sentences.flatMap { ["**Warning: \(QualityPage.prose($0))**", ""] }
    }

    /// A page with these sentences instead of those it had.
    public static func replace(in page: String, with sentences: [String]) -> String {
        var lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let body = 2
        guard lines.count > body else { return page }
        while lines.count > body, lines[body].hasPrefix(start) {
            lines.removeSubrange(body...min(body + 1, lines.count - 1))
        }
        lines.insert(contentsOf: Self.lines(sentences), at: body)
        return lines.joined(separator: "\n")
    }

    /// A report with these sentences instead of those it had.
    public static func replace(in report: JSONValue, with sentences: [String]) -> JSONValue {
        .object(
            (report.object ?? []).map { name, value in
                (name, name == member ? .array(sentences.map { .string($0) }) : value)
            })
    }
}
