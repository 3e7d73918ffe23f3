/// What a judge's reply says.
///
/// Only a line that is nothing but a mark counts (`4`, `**4**`, `Score: 4`, `4/5`, `{"score": 4}`), and all such lines
/// must agree. A number in a sentence may be anything, so it is never taken for a mark.
enum Reply: Equatable {
    case mark(Int)
    case refused
    case unparseable

    static func read(_ text: String, scale: Int) -> Reply {
        guard let lines = lines(of: text) else { return .unparseable }
        let marks = Set(lines.compactMap { mark(in: $0, scale: scale) })
        if let mark = marks.first {
            return marks.count == 1 && (1...scale).contains(mark) ? .mark(mark) : .unparseable
        }
        return isRefusal(lines) ? .refused : .unparseable
    }

    /// The words of each line of the answer in small letters, without thoughts; nil if they were cut off before one came.
    static func lines(of text: String) -> [[String]]? {
        guard let answer = withoutThoughts(text.lowercased()) else { return nil }
        return answer.split(whereSeparator: \.isNewline).map { plainWords(of: $0) }.filter { !$0.isEmpty }
    }

    /// Whether a reply begins as refusals do.
    static func isRefusal(_ lines: [[String]]) -> Bool {
        let beginning = lines.first?.joined(separator: " ") ?? ""
        return refusals.contains { beginning.hasPrefix($0) }
    }

    /// What follows the thoughts that reasoning models print; nil if they were cut off before an answer came.
    private static func withoutThoughts(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let answer = bytes[(endOfLast("</think>", in: bytes) ?? 0)...]
        return endOfLast("<think>", in: Array(answer)) == nil ? String(decoding: answer, as: UTF8.self) : nil
    }

    /// The index after the last occurrence. Bytes, because thoughts are long.
    private static func endOfLast(_ needle: String, in bytes: [UInt8]) -> Int? {
        let needle = Array(needle.utf8)
        guard bytes.count >= needle.count else { return nil }
        let starts = stride(from: bytes.count - needle.count, through: 0, by: -1)
        return starts.first { bytes[$0..<$0 + needle.count].elementsEqual(needle) }.map { $0 + needle.count }
    }

    /// The words of a line without Markdown, JSON and quotation signs; `:`, `=` and `/` are words of their own.
    private static func plainWords(of line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for character in line {
            switch character {
            case "*", "`", "\"", "#", ">", "{", "}", "[", "]", "(", ")", "_": end()
            case ":", "=", "/":
                end()
                words.append(String(character))
            case "’": word.append("'")
            case _ where character.isWhitespace: end()
            default: word.append(character)
            }
        }
        end()
        return words
    }

    /// The number in a line that is nothing but a mark: `[label [: | = | is]] number [/ scale | out of scale]`.
    private static func mark(in words: [String], scale: Int) -> Int? {
        var words = words[...]
        while let first = words.first, labels.contains(first) {
            words = words.dropFirst()
        }
        if let first = words.first, [":", "=", "is"].contains(first) { words = words.dropFirst() }
        if let last = words.last, last.count > 1, last.hasSuffix(".") || last.hasSuffix(",") {
            words = words.dropLast() + [String(last.dropLast())]
        }
        guard let number = words.first.flatMap(digits) else { return nil }
        let rest = Array(words.dropFirst())
        let suffixes = [[], ["/", String(scale)], ["out", "of", String(scale)], ["of", String(scale)]]
        return suffixes.contains(rest) ? number : nil
    }

    /// A number of ASCII digits; long ones become one that is out of every range.
    private static func digits(_ word: String) -> Int? {
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(word) ?? .max
    }

    private static let labels: Set<String> = ["the", "my", "final", "score", "mark", "rating", "answer", "grade"]

    private static let refusals = [
        "i'm sorry", "i am sorry", "sorry", "as an ai", "i can't help", "i cannot help", "i can't assist",
        "i cannot assist", "i can't judge", "i cannot judge", "i can't evaluate", "i cannot evaluate", "i can't rate",
        "i cannot rate", "i can't mark", "i cannot mark", "i can't answer", "i cannot answer", "i can't provide",
        "i cannot provide", "i'm unable to", "i am unable to", "i'm not able to", "i am not able to", "i won't",
        "i will not", "i must decline", "i decline",
    ]
}
