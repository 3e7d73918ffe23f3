/// Where a statement ends by its tokens alone.
struct NaturalEnd: Equatable {
    /// Behind the semicolon, or behind the last token before a closing parenthesis too many, a closing tag (`</sql>`),
    /// a fence, or the end of the text.
    private(set) var end: Int
    /// Where the last token that is no comment begins.
    private(set) var lastToken: Int
    private(set) var hasSemicolon = false

    init(_ text: [UInt8], _ range: Range<Int>) {
        end = range.lowerBound
        lastToken = range.lowerBound
        var tokens = Tokenizer(text, in: range)
        var depth = 0
        while let token = tokens.next() {
            switch token.kind {
            case .comment: continue
            case .semicolon:
                end = token.range.upperBound
                hasSemicolon = true
                return
            case .open: depth += 1
            case .close:
                depth -= 1
                if depth < 0 { return }
            case .symbol where text.has("</", at: token.range.lowerBound): return
            case .quotedName, .unclosed:
                if text.has("```", at: token.range.lowerBound) { return }
            default: break
            }
            end = token.range.upperBound
            lastToken = token.range.lowerBound
        }
    }
}
