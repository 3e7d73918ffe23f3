/// What a model's reply comes to.
struct ParsedReply: Equatable {
    enum Status: String, CaseIterable {
        /// One statement was meant, and here it is.
        case ok
        /// Nothing but white space and markers.
        case empty
        /// Words, but no statement.
        case noSQL = "no_sql"
        /// The model says that it cannot or will not answer.
        case refused
        /// The reply breaks off before the statement, or before its reasoning, is finished.
        case truncated
        /// Several different statements stand in one place, so that none of them alone is the answer.
        case several
    }

    let status: Status
    /// The statement as it was written, without white space around it; with `several`, all of them; else nil.
    let sql: String?

    init(_ status: Status, _ sql: String? = nil) {
        self.status = status
        self.sql = sql
    }
}
