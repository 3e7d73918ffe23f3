/// Tells by its last words that a query without an end was cut off, though its grammar would allow it to end there.
enum CutOff {
    /// Whether nobody ends a query so.
    ///
    /// - Parameter isCode: it stands in a block that was not closed either, so that less is needed to believe it.
    static func isLikely(_ text: [UInt8], _ range: Range<Int>, isCode: Bool) -> Bool {
        guard let last = range.last, text[last] != UInt8(ascii: ";") else { return false }
        if text[last] == UInt8(ascii: "_") { return true }
        if Prose.lacksSource(String(decoding: text[range], as: UTF8.self)) { return true }
        var scan = Scan()
        var tokens = Tokenizer(text, in: range)
        while let token = tokens.nextSignificant() { scan.take(token, text) }
        // `… INTERSECT SELECT count(*), name`: a second SELECT of columns that come from nowhere.
        if let start = scan.lastArm, Prose.lacksSource(String(decoding: text[start..<range.upperBound], as: UTF8.self))
        {
            return true
        }
        return isCode
            && (scan.endsWithBareCondition || scan.lacksCondition || scan.hasUnknownQualifier || scan.endsWithinTable)
    }

    private struct Scan {
        /// Where what follows the last UNION or the like begins.
        private(set) var lastArm: Int?
        /// `WHERE t.name`: a condition that is one column.
        private(set) var endsWithBareCondition = false
        /// `JOIN t`, where other joins have their ON.
        var lacksCondition: Bool { isJoinOpen && hasCondition }
        /// A `t.column` whose `t` is nowhere else.
        var hasUnknownQualifier: Bool { qualifiers.contains { !names.contains($0) && $0 != pending } }

        /// `FROM order_it`, where another table is called `order_items`.
        var endsWithinTable: Bool {
            guard let start = endingTable else { return false }
            return tables.contains {
                $0.count > start.count + 1 && $0.starts(with: start) && $0[start.count].isLetter
            }
        }

        private var depth = 0
        private var isJoinOpen = false
        private var hasCondition = false
        private var qualifiers: Set<[UInt8]> = []
        private var names: Set<[UInt8]> = []
        /// A name of which the next token tells whether it is a qualifier.
        private var pending: [UInt8]?
        /// What stands behind FROM and JOIN.
        private var tables: Set<[UInt8]> = []
        /// The table that is the last token.
        private var endingTable: [UInt8]?
        private var isAfterSourceWord = false
        private var isAfterDot = false
        private var isAfterConditionWord = false

        private static let conditions: [StaticString] = ["WHERE", "HAVING", "ON", "AND", "OR"]
        private static let compounds: [StaticString] = ["UNION", "INTERSECT", "EXCEPT"]

        mutating func take(_ token: Token, _ text: [UInt8]) {
            let isDot = token.kind == .symbol && text[token.range.lowerBound] == UInt8(ascii: ".")
            if let name = pending {
                if isDot { qualifiers.insert(name) } else { names.insert(name) }
                pending = nil
            }
            if isDot {
                isAfterDot = true
                return
            }
            defer { isAfterDot = false }
            if let table = endingTable { tables.insert(table) }
            endingTable = nil
            switch token.kind {
            case .open: depth += 1
            case .close: depth -= 1
            default: break
            }
            guard token.kind == .word || token.kind == .quotedName else {
                endsWithBareCondition = false
                isAfterConditionWord = false
                isAfterSourceWord = false
                return
            }
            let spelling = text[token.range].map(\.uppercased)
            if !isAfterDot { pending = token.kind == .word ? spelling : Array(spelling.dropFirst().dropLast()) }
            if isAfterSourceWord { endingTable = spelling }
            isAfterSourceWord = text.spells("FROM", in: token.range) || text.spells("JOIN", in: token.range)
            func spells(_ words: [StaticString]) -> Bool { words.contains { text.spells($0, in: token.range) } }
            if spells(Self.conditions) {
                isAfterConditionWord = true
                endsWithBareCondition = false
                if text.spells("ON", in: token.range) { (isJoinOpen, hasCondition) = (false, true) }
                return
            }
            endsWithBareCondition = isAfterConditionWord || isAfterDot && endsWithBareCondition
            isAfterConditionWord = false
            if depth == 0, spells(Self.compounds) {
                lastArm = token.range.upperBound
            } else if text.spells("JOIN", in: token.range) {
                isJoinOpen = true
            } else if spells(["USING", "WHERE", "GROUP", "ORDER", "LIMIT"]) {
                isJoinOpen = false
            }
        }
    }
}
