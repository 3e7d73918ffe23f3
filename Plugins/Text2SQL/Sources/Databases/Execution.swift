/// What became of a statement: its rows, or why there are none.
struct Execution: Equatable {
    let status: ExecutionStatus
    /// What went wrong, in SQLite's words where they are its own; nil if nothing did.
    let error: String?
    /// The rows; nil unless the status is `ok`.
    let table: ResultTable?

    static func done(_ table: ResultTable) -> Execution {
        Execution(status: .ok, error: nil, table: table)
    }

    /// No rows and no columns, as a text without a statement gives in Python.
    static let nothing = done(ResultTable(columns: []))

    static func failed(_ status: ExecutionStatus, _ error: String) -> Execution {
        Execution(status: status, error: error, table: nil)
    }
}
