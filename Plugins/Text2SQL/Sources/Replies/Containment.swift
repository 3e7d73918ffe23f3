/// Whether one statement stands within another, white space aside: a part that is explained has an indentation of its own.
enum Containment {
    /// Whether a statement is part of another, which is being explained: in parentheses, or one that UNION or the like
    /// connects.
    static func isPart(_ candidate: Candidate, of whole: Candidate) -> Bool {
        let part = signs(of: candidate)
        let text = signs(of: whole)
        guard part.count < text.count else { return false }
        // The explanation may be cut off within it.
        let closing: [UInt8] = candidate.isOpen ? [] : [UInt8(ascii: ")")]
        if text.contains([UInt8(ascii: "(")] + part + closing) { return true }
        return text.starts(with: part)
            && connectors.contains { connector in
                let end = part.count + connector.utf8CodeUnitCount
                return end <= text.count && text.spells(connector, in: part.count..<end)
            }
    }

    /// Whether a statement is built on another: `SELECT a FROM t ORDER BY a` on `SELECT a FROM t`.
    static func extends(_ candidate: Candidate, _ base: Candidate) -> Bool {
        let base = words(of: base)
        let text = words(of: candidate)
        // Behind the last word of the one another word begins.
        return base.count < text.count && [" ", ",", ")", "("].contains { text.contains(base + Array($0.utf8)) }
    }

    /// With single spaces.
    private static func words(of candidate: Candidate) -> [UInt8] {
        var words = Array(candidate.sql.utf8.split(whereSeparator: \.isSpace).joined(separator: [0x20]))
        while let last = words.last, last == UInt8(ascii: ";") || last.isSpace { words.removeLast() }
        return words
    }

    private static func signs(of candidate: Candidate) -> [UInt8] {
        var signs = candidate.sql.utf8.filter { !$0.isSpace }
        while signs.last == UInt8(ascii: ";") { signs.removeLast() }
        return signs
    }

    private static let connectors: [StaticString] = ["UNION", "INTERSECT", "EXCEPT"]
}
