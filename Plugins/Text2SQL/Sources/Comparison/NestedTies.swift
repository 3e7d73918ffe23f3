/// What a `LIMIT` in a subquery leaves open: which of the rows that its `ORDER BY` orders alike it takes.
///
/// The subquery is asked again with its first column as a further key, once ascending and once descending. Rows that are
/// ordered alike and agree in that column are not told apart.
enum NestedTies {
    /// The statement in both ways; empty if no subquery has an `ORDER BY` and a `LIMIT`.
    static func variants(of statement: Statement) -> [String] {
        let text = statement.bytes
        let limits = limits(in: text)
        if limits.isEmpty { return [] }
        return [", 1 ", ", 1 DESC "].map { key in
            var variant: [UInt8] = []
            var position = 0
            for limit in limits {
                variant += text[position..<limit] + key.utf8
                position = limit
            }
            return String(decoding: variant + text[position...], as: UTF8.self)
        }
    }

    /// How the result changes with the rows that are taken; nil if it does not.
    static func change(of gold: GoldRows) -> String? {
        for variant in variants(of: gold.statement) {
            if let change = gold.run(variant).table.flatMap(gold.difference) {
                return "a subquery orders rows alike, and its LIMIT takes only some of them; with others \(change)"
            }
        }
        return nil
    }

    /// Where the `LIMIT` of each subquery with an `ORDER BY` begins, in order.
    private static func limits(in text: [UInt8]) -> [Int] {
        // Most queries have none, and are not taken apart.
        guard text.holdsWord("LIMIT") else { return [] }
        /// Of each open parenthesis whether it is a subquery that has an `ORDER BY`.
        var isOrdered: [Bool] = []
        var limits: [Int] = []
        var previous: Token?
        var tokens = Tokenizer(text)
        while let token = tokens.nextSignificant() {
            switch token.kind {
            case .open: isOrdered.append(false)
            case .close: _ = isOrdered.popLast()
            case .word where !isOrdered.isEmpty:
                if text.spells("BY", in: token.range), let previous, text.spells("ORDER", in: previous.range) {
                    isOrdered[isOrdered.count - 1] = true
                } else if text.spells("LIMIT", in: token.range), isOrdered[isOrdered.count - 1] {
                    limits.append(token.range.lowerBound)
                }
            default: break
            }
            previous = token
        }
        return limits
    }
}
