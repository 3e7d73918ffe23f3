/// Takes away what Markdown, YAML and lists put before each line of a block.
enum Indentation {
    /// The statement in `range` of `text`, without the white space that its first line has before it and that all of its
    /// lines begin with.
    ///
    /// The first line's white space stands before `range`. Lines within a string are the string's.
    static func removed(_ text: [UInt8], _ range: Range<Int>) -> ArraySlice<UInt8> {
        var lineStart = range.lowerBound
        while lineStart > 0, text[lineStart - 1] == 0x20 || text[lineStart - 1] == 0x09 { lineStart -= 1 }
        let indentation = text[lineStart..<range.lowerBound]
        guard !indentation.isEmpty, lineStart == 0 || text[lineStart - 1] == 0x0A,
            text.firstIndex(of: "\n", in: range) != nil, !hasStringOverLines(text, range)
        else { return text[range] }
        var result: [UInt8] = []
        for line in text[range].split(separator: 0x0A, omittingEmptySubsequences: false) {
            if line.startIndex == range.lowerBound {
                result += line
                continue
            }
            result.append(0x0A)
            if line.starts(with: indentation) {
                result += line.dropFirst(indentation.count)
            } else if line.allSatisfy(\.isSpace) {
                result += line
            } else {
                return text[range]
            }
        }
        return result[...]
    }

    private static func hasStringOverLines(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        var tokens = Tokenizer(text, in: range)
        while let token = tokens.next() {
            switch token.kind {
            case .string, .quotedName, .unclosed:
                if text.firstIndex(of: "\n", in: token.range) != nil { return true }
            default: break
            }
        }
        return false
    }
}
