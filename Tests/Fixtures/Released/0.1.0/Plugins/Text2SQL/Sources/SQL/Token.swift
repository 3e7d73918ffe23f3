/// One lexical element of SQL text: what it is and which bytes it covers.
struct Token: Equatable {
    enum Kind: Equatable {
        /// A keyword or a bare identifier.
        case word
        case number
        /// `'text'`
        case string
        /// `"name"`, `` `name` `` or `[name]`
        case quotedName
        /// `x'00ff'`
        case blob
        /// `?1`, `:name`, `@name`, `$name`
        case parameter
        /// `-- …` or `/* … */`
        case comment
        case open
        case close
        case comma
        case semicolon
        case symbol
        /// A string, quoted name or blob whose closing quote is missing; it reaches to the end of the text.
        case unclosed
    }

    let kind: Kind
    let range: Range<Int>
}
