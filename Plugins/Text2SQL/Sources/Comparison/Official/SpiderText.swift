/// What Spider's evaluator makes of a text before it runs it.
///
/// 1. A lone ` value ` of a prediction becomes ` 1 `.
/// 2. `> =`, `< =` and `! =` are drawn together, wherever they stand.
/// 3. The word DISTINCT is taken out, and all that follows the first statement is cut off, but for comments on its last line.
/// 4. `YEAR(CURDATE())` becomes `2020`.
///
/// Source: `evaluation.py`, `exec_eval.py` and `parse.py` of <https://github.com/taoyds/test-suite-sql-eval>, with its
/// defaults (`keep_distinct` and `plug_value` off).
enum SpiderText {
    /// The text that is run; nil if there is nothing but white space, on which the evaluator crashes.
    ///
    /// Most texts come back as they are, without being copied.
    static func rewrite(_ statement: Statement, isPrediction: Bool) -> Statement? {
        let text = statement.bytes
        let isTouched =
            text.holdsWord("DISTINCT") || text.holdsWord("CURDATE") || holds(text, " =") && hasLooseOperator(text)
            || isPrediction && holds(text, " value ") || statement.shape.isFollowedByMore || statement.shape.endsTwice
            || statement.shape.beginsEmpty || statement.shape.isEmpty || statement.shape.isCommentedBehindEnd
        guard isTouched else { return statement }
        var changed = isPrediction ? replace(" value ", by: " 1 ", in: text) : text
        for (loose, tight) in looseOperators { changed = replace(loose, by: tight, in: changed) }
        guard let first = SQLParse.firstStatementWithoutDistinct(changed) else { return nil }
        return Statement(String(decoding: withoutCurrentYear(first), as: UTF8.self))
    }

    /// Whether the order of rows counts: whether the gold text has the words `order by` with one space between them,
    /// be it in a subquery, a text or a comment.
    static func ordersRows(_ gold: Statement) -> Bool {
        let words: StaticString = "ORDER BY"
        let text = gold.bytes
        guard text.count >= words.utf8CodeUnitCount else { return false }
        return (0...text.count - words.utf8CodeUnitCount).contains {
            text[$0] | 0x20 == UInt8(ascii: "o") && text.spells(words, in: $0..<$0 + words.utf8CodeUnitCount)
        }
    }

    private static let looseOperators: [(StaticString, StaticString)] = [("> =", ">="), ("< =", "<="), ("! =", "!=")]

    private static func holds(_ text: [UInt8], _ literal: StaticString) -> Bool {
        text.firstIndex(of: literal, in: 0..<text.count) != nil
    }

    private static func hasLooseOperator(_ text: [UInt8]) -> Bool {
        looseOperators.contains { holds(text, $0.0) }
    }

    private static func replace(_ old: StaticString, by new: StaticString, in text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while let found = text.firstIndex(of: old, in: position..<text.count) {
            result += text[position..<found]
            result += UnsafeBufferPointer(start: new.utf8Start, count: new.utf8CodeUnitCount)
            position = found + old.utf8CodeUnitCount
        }
        return position == 0 ? text : result + text[position...]
    }

    /// The pattern `YEAR\s*\(\s*CURDATE\s*\(\s*\)\s*\)\s*` in any letter case, replaced by 2020.
    private static func withoutCurrentYear(_ text: [UInt8]) -> [UInt8] {
        guard text.holdsWord("CURDATE") else { return text }
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            if let end = endOfCurrentYear(text, position) {
                result += "2020".utf8
                position = end
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    private static func endOfCurrentYear(_ text: [UInt8], _ start: Int) -> Int? {
        var position = start
        for part in ["YEAR", "(", "CURDATE", "(", ")", ")"] as [StaticString] {
            let end = position + part.utf8CodeUnitCount
            guard end <= text.count, text.spells(part, in: position..<end) else { return nil }
            position = end
            while position < text.count, text[position].isSpace || (0x1C...0x1F).contains(text[position]) {
                position += 1
            }
        }
        return position
    }
}

extension Array where Element == UInt8 {
    /// Whether the letters of this word, given in upper case, stand anywhere, also within another word.
    func holdsWord(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        return withUnsafeBufferPointer { bytes in
            let first = word.utf8Start[0] | 0x20
            for start in 0...bytes.count - length where bytes[start] | 0x20 == first {
                var offset = 1
                while offset < length, bytes[start + offset].uppercased == word.utf8Start[offset] { offset += 1 }
                if offset == length { return true }
            }
            return false
        }
    }
}
