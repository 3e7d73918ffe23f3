/// What the tokens of a statement tell without a database.
///
/// Only tokens outside parentheses count, so neither a subquery nor a window nor a text literal can mislead it.
struct StatementShape: Equatable {
    /// What the statement does; nil if it begins with no word that begins a statement.
    private(set) var verb: Verb?
    /// Whether the outermost statement has an `ORDER BY`: then the order of its rows is part of the answer.
    private(set) var isOrdered = false
    /// Whether anything but comments and semicolons follows the first statement.
    private(set) var isFollowedByMore = false
    /// Whether a comment stands behind the semicolon that ends the statement.
    private(set) var isCommentedBehindEnd = false
    /// Whether a semicolon stands before the statement.
    private(set) var beginsEmpty = false
    /// Whether a second semicolon follows the one that ends the statement.
    private(set) var endsTwice = false
    /// Whether there is no token at all but comments and semicolons.
    private(set) var isEmpty = true

    init(_ text: [UInt8], in range: Range<Int>? = nil) {
        var tokens = Tokenizer(text, in: range)
        var depth = 0
        var previousIsOrder = false
        var isWith = false
        var isEnded = false
        while let token = tokens.next() {
            if token.kind == .comment {
                isCommentedBehindEnd = isCommentedBehindEnd || isEnded
                continue
            }
            if token.kind == .semicolon {
                beginsEmpty = beginsEmpty || isEmpty
                endsTwice = endsTwice || isEnded
                isEnded = isEnded || !isEmpty
                continue
            }
            if isEnded {
                isFollowedByMore = true
                return
            }
            var isOrder = false
            switch token.kind {
            case .open:
                depth += 1
            case .close:
                depth -= 1
            case .word where depth == 0:
                if isEmpty {
                    verb = Verb(text, in: token.range)
                    isWith = text.spells("WITH", in: token.range)
                } else if isWith, let word = Verb(text, in: token.range) {
                    verb = word
                    isWith = false
                }
                isOrder = text.spells("ORDER", in: token.range)
                isOrdered = isOrdered || (previousIsOrder && text.spells("BY", in: token.range))
            default:
                break
            }
            previousIsOrder = isOrder
            isEmpty = false
        }
    }
}
