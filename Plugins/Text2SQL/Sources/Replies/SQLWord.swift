/// A keyword of SQLite, as far as a query needs to tell it from a name.
enum SQLWord: UInt8 {
    /// No keyword: a name.
    case name
    /// A keyword that `QuickGrammar` does not know, so SQLite is asked.
    case other
    case select, with, values, distinct, all, from, `where`, group, order, by, having, limit, offset
    case union, intersect, except, `as`, on, using, join, inner, left, right, full, outer, cross, natural
    case and, or, not, `is`, null, isNull, notNull, like, `in`, between, exists, escape, collate
    case `case`, when, then, `else`, end, cast, over, partition, ascending, nulls, first, last, currentTime, replace

    /// What the bytes of a word are, in any letter case.
    static func of(_ word: UnsafeBufferPointer<UInt8>) -> SQLWord {
        find(word, in: slots)
    }

    /// The same, with `slots` at hand.
    @inline(__always)
    static func find(_ word: UnsafeBufferPointer<UInt8>, in slots: UnsafePointer<Slot>) -> SQLWord {
        guard word.count >= 2, word.count <= 17 else { return .name }
        var slot = hash(word)
        while slots[slot].length > 0 {
            if slots[slot].isSpelled(word) { return slots[slot].word }
            slot = (slot + 1) & (slotCount - 1)
        }
        return .name
    }

    /// A place in the table of all words.
    struct Slot {
        let spelling: UnsafePointer<UInt8>
        let length: Int
        let word: SQLWord

        func isSpelled(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            guard length == bytes.count else { return false }
            for offset in 0..<length where bytes[offset].uppercased != spelling[offset] { return false }
            return true
        }
    }

    private static let slotCount = 2048

    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
        let first = UInt32(word[0] & 0x1F)
        let second = UInt32(word[1] & 0x1F)
        let middle = UInt32(word[word.count / 2] & 0x1F)
        let last = UInt32(word[word.count - 1] & 0x1F)
        let mixed = first &+ second &* 37 &+ middle &* 331 &+ last &* 1031 &+ UInt32(word.count) &* 4099
        return Int((mixed &* 0x9E37_79B1) >> 21)
    }

    /// All words by their hash. Never written after it is made, and kept as long as the process.
    nonisolated(unsafe) static let slots: UnsafePointer<Slot> = {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: slotCount)
        slots.initialize(
            repeating: Slot(spelling: ("" as StaticString).utf8Start, length: 0, word: .name), count: slotCount)
        for (spelling, word) in known + others.map({ ($0, SQLWord.other) }) {
            let bytes = UnsafeBufferPointer(start: spelling.utf8Start, count: spelling.utf8CodeUnitCount)
            var slot = hash(bytes)
            while slots[slot].length > 0 { slot = (slot + 1) & (slotCount - 1) }
            slots[slot] = Slot(spelling: spelling.utf8Start, length: bytes.count, word: word)
        }
        return UnsafePointer(slots)
    }()

    private static let known: [(StaticString, SQLWord)] = [
        ("SELECT", .select), ("WITH", .with), ("VALUES", .values), ("DISTINCT", .distinct), ("ALL", .all),
        ("FROM", .from), ("WHERE", .where), ("GROUP", .group), ("ORDER", .order), ("BY", .by), ("HAVING", .having),
        ("LIMIT", .limit), ("OFFSET", .offset), ("UNION", .union), ("INTERSECT", .intersect), ("EXCEPT", .except),
        ("AS", .as), ("ON", .on), ("USING", .using), ("JOIN", .join), ("INNER", .inner), ("LEFT", .left),
        ("RIGHT", .right), ("FULL", .full), ("OUTER", .outer), ("CROSS", .cross), ("NATURAL", .natural),
        ("AND", .and), ("OR", .or), ("NOT", .not), ("IS", .is), ("NULL", .null), ("ISNULL", .isNull),
        ("NOTNULL", .notNull), ("LIKE", .like), ("GLOB", .like), ("REGEXP", .like), ("IN", .in),
        ("BETWEEN", .between), ("EXISTS", .exists), ("ESCAPE", .escape), ("COLLATE", .collate), ("CASE", .case),
        ("WHEN", .when), ("THEN", .then), ("ELSE", .else), ("END", .end), ("CAST", .cast), ("OVER", .over),
        ("PARTITION", .partition), ("ASC", .ascending), ("DESC", .ascending), ("NULLS", .nulls), ("FIRST", .first),
        ("LAST", .last), ("CURRENT_DATE", .currentTime), ("CURRENT_TIME", .currentTime),
        ("CURRENT_TIMESTAMP", .currentTime), ("REPLACE", .replace),
    ]

    /// Source: <https://www.sqlite.org/lang_keywords.html>.
    private static let others: [StaticString] = [
        "ABORT", "ACTION", "ADD", "AFTER", "ALTER", "ALWAYS", "ANALYZE", "ATTACH", "AUTOINCREMENT", "BEFORE", "BEGIN",
        "CASCADE", "CHECK", "COLUMN", "COMMIT", "CONFLICT", "CONSTRAINT", "CREATE", "CURRENT", "DATABASE", "DEFAULT",
        "DEFERRABLE", "DEFERRED", "DELETE", "DETACH", "DO", "DROP", "EACH", "EXCLUDE", "EXCLUSIVE", "EXPLAIN", "FAIL",
        "FILTER", "FOLLOWING", "FOR", "FOREIGN", "GENERATED", "GROUPS", "IF", "IGNORE", "IMMEDIATE", "INDEX",
        "INDEXED", "INITIALLY", "INSERT", "INSTEAD", "INTO", "KEY", "MATCH", "MATERIALIZED", "NO", "NOTHING", "OF",
        "OTHERS", "PLAN", "PRAGMA", "PRECEDING", "PRIMARY", "QUERY", "RAISE", "RANGE", "RECURSIVE", "REFERENCES",
        "REINDEX", "RELEASE", "RENAME", "RESTRICT", "RETURNING", "ROLLBACK", "ROW", "ROWS", "SAVEPOINT", "SET",
        "TABLE", "TEMP", "TEMPORARY", "TIES", "TO", "TRANSACTION", "TRIGGER", "UNBOUNDED", "UNIQUE", "UPDATE",
        "VACUUM", "VIEW", "VIRTUAL", "WINDOW", "WITHIN", "WITHOUT",
    ]
}
