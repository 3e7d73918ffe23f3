/// Where a statement ends by its tokens alone.
struct NaturalEnd: Equatable {
    /// Behind the semicolon, or behind the last token before a closing bracket too many, a closing tag (`</sql>`,
    /// `[/SQL]`), a fence, or the end of the text.
    private(set) var end: Int
    /// Where the last token that is no comment begins.
    private(set) var lastToken: Int
    private(set) var hasSemicolon = false

    private static let ends: [StaticString] = ["``", "[/"]

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
            case .symbol where "]}".utf8.contains(text[token.range.lowerBound]): return
            case .symbol where text.has("</", at: token.range.lowerBound): return
            case .quotedName, .unclosed:
                if Self.ends.contains(where: { text.has($0, at: token.range.lowerBound) }) { return }
            default: break
            }
            end = token.range.upperBound
            lastToken = token.range.lowerBound
        }
    }
}
