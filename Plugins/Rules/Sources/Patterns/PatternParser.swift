/// Reads POSIX extended regular expressions, with `\d`, `\s`, `\w` and `\b` besides.
///
/// Source: <https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap09.html#tag_09_04>. Back references are
/// refused: nobody knows how to match them in linear time.
struct PatternParser {
    /// Parentheses within parentheses.
    private static let deepest = 100
    private static let mostRepetitions = 1000
    /// `a*+?` has three.
    private static let mostQuantifiers = 10

    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    static func parse(_ text: String) throws(Pattern.Fault) -> PatternNode {
        var parser = PatternParser(text: Array(text.unicodeScalars))
        let node = try parser.choice()
        guard parser.position == parser.text.count else { throw parser.fault("`)` closes nothing") }
        return node
    }

    private init(text: [Unicode.Scalar]) {
        self.text = text
    }

    private func fault(_ what: String) -> Pattern.Fault {
        Pattern.Fault(message: "\(what) (character \(min(position + 1, max(text.count, 1))))")
    }

    private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(Pattern.Fault) -> PatternNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Pattern.Fault) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            var part = try atom()
            var count = 0
            while let (least, most) = try quantifier() {
                part = .repetition(part, least: least, most: most)
                count += 1
                guard count <= Self.mostQuantifiers else {
                    throw fault("more than \(Self.mostQuantifiers) repetitions of one thing")
                }
            }
            parts.append(part)
        }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func atom() throws(Pattern.Fault) -> PatternNode {
        let scalar = text[position]
        switch scalar {
        case "*", "+", "?", "{": throw fault("`\(scalar)` has nothing to repeat")
        case "(":
            depth += 1
            guard depth <= Self.deepest else { throw fault("more than \(Self.deepest) parentheses in one another") }
            let start = position
            position += 1
            let node = try choice()
            guard take(")") else {
                position = start
                throw fault("`(` is not closed")
            }
            depth -= 1
            return node
        case "[": return .set(try bracket())
        case "\\": return try escape()
        default:
            position += 1
            return switch scalar {
            case ".": .set(.any)
            case "^": .textStart
            case "$": .textEnd
            default: .set(ScalarSet(scalar))
            }
        }
    }

    private mutating func escape() throws(Pattern.Fault) -> PatternNode {
        guard position + 1 < text.count else { throw fault("`\\` stands at the end") }
        let scalar = text[position + 1]
        if scalar.value >= 0x31, scalar.value <= 0x39 { throw fault("back references are not supported") }
        position += 2
        switch scalar {
        case "d", "D": return .set(ScalarSet(ranges: ScalarSet.named("digit") ?? [], isNegated: scalar == "D"))
        case "s", "S": return .set(ScalarSet(ranges: ScalarSet.named("space") ?? [], isNegated: scalar == "S"))
        case "w", "W": return .set(ScalarSet(ranges: ScalarSet.named("word") ?? [], isNegated: scalar == "W"))
        case "b", "B": return .wordBoundary(isNegated: scalar == "B")
        case "n": return .set(ScalarSet("\n"))
        case "t": return .set(ScalarSet("\t"))
        case "r": return .set(ScalarSet("\r"))
        default:
            guard !scalar.properties.isAlphabetic else {
                position -= 2
                throw fault("`\\\(scalar)` is not known")
            }
            return .set(ScalarSet(scalar))
        }
    }

    private mutating func quantifier() throws(Pattern.Fault) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{" else { return nil }
        let start = position
        position += 1
        let least = number()
        var most = least
        if take(",") { most = number() }
        guard let least, take("}"), most ?? least >= least, least <= Self.mostRepetitions,
            most ?? 0 <= Self.mostRepetitions
        else {
            position = start
            throw fault("`{` begins no count from 0 to \(Self.mostRepetitions), such as {2} or {2,5}")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = next, scalar.value >= 0x30, scalar.value <= 0x39, digits.count < 6 {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        return Int(digits)
    }

    /// `[…]`: a `]` that stands first and a `-` that stands first or last mean themselves.
    private mutating func bracket() throws(Pattern.Fault) -> ScalarSet {
        let start = position
        position += 1
        var set = ScalarSet()
        set.isNegated = take("^")
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            if scalar == "[", position + 1 < text.count, text[position + 1] == ":" {
                set.ranges += try namedClass()
                continue
            }
            let lower = try bracketScalar()
            guard next == "-", position + 1 < text.count, text[position + 1] != "]" else {
                set.ranges.append(lower.value...lower.value)
                continue
            }
            position += 1
            let upper = try bracketScalar()
            guard upper >= lower else { throw fault("a range in `[…]` ends before it begins") }
            set.ranges.append(lower.value...upper.value)
        }
        guard take("]") else {
            position = start
            throw fault("`[` is not closed")
        }
        return set
    }

    private mutating func bracketScalar() throws(Pattern.Fault) -> Unicode.Scalar {
        guard let scalar = next else { throw fault("`[` is not closed") }
        position += 1
        return scalar
    }

    private mutating func namedClass() throws(Pattern.Fault) -> [ClosedRange<UInt32>] {
        var name = ""
        var end = position + 2
        while end < text.count, text[end] != ":", text[end] != "]" {
            name.unicodeScalars.append(text[end])
            end += 1
        }
        guard end + 1 < text.count, text[end] == ":", text[end + 1] == "]", let ranges = ScalarSet.named(name) else {
            throw fault("`[:\(name)` is no class such as [:alpha:]")
        }
        position = end + 2
        return ranges
    }
}
