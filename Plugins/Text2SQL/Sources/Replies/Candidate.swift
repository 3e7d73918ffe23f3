/// A statement found somewhere in a reply.
struct Candidate: Equatable {
    enum Quality: Equatable {
        /// SQLite's grammar takes it.
        case complete
        /// It is written as a statement and has an end, but SQLite's grammar does not take it: another dialect, say.
        case malformed
        /// The reply ends before the statement does.
        case truncated
    }

    let sql: String
    var quality: Quality
    /// Whether it gives rows.
    let isQuery: Bool
    /// Whether `sql` holds several different statements.
    var isSeveral = false
    /// Whether nothing marks its end: neither a semicolon nor a fence nor words behind it.
    var isOpen = false
    /// Whether it stands in a fence or behind a tag, where nothing but SQL is expected.
    var isInCode = false
    /// Whether it stands where an answer is not looked for if there is another: in a command or a program.
    var isAside = false
    /// Where it stands in the reply, with the fences around it.
    var place: Range<Int>
}
