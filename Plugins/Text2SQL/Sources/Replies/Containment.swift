/// Whether one statement stands within another, white space aside: a part that is explained has an indentation of its own.
enum Containment {
    /// Whether a statement is part of another, which is being explained: in parentheses, or one that UNION or the like
    /// connects.
    static func isPart(_ candidate: Candidate, of whole: Candidate) -> Bool {
        let part = signs(of: candidate)
        let text = signs(of: whole)
        guard part.count < text.count else { return false }
        return (0...(text.count - part.count)).contains { start in
            let end = start + part.count
            guard text[start..<end].elementsEqual(part) else { return false }
            if text.has("(", at: start - 1) {
                // The explanation may be cut off within it.
                return candidate.isOpen || text.has(")", at: end)
            }
            return start == 0
                && connectors.contains { connector in
                    let length = connector.utf8CodeUnitCount
                    return end + length <= text.count && text.spells(connector, in: end..<end + length)
                }
        }
    }

    /// Whether a statement is built on another: `SELECT a FROM t ORDER BY a` on `SELECT a FROM t`.
    static func extends(_ candidate: Candidate, _ base: Candidate) -> Bool {
        let base = signs(of: base)
        let text = signs(of: candidate)
        return base.count < text.count && (0...(text.count - base.count)).contains { text[$0...].starts(with: base) }
    }

    private static func signs(of candidate: Candidate) -> [UInt8] {
        var signs = candidate.sql.utf8.filter { !$0.isSpace }
        while signs.last == UInt8(ascii: ";") { signs.removeLast() }
        return signs
    }

    private static let connectors: [StaticString] = ["UNION", "INTERSECT", "EXCEPT"]
}
