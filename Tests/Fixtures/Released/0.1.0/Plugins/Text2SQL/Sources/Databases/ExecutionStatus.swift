/// How the execution of a statement ended.
enum ExecutionStatus: String, CaseIterable {
    case ok
    /// There is no statement.
    case noSQL = "no_sql"
    case syntaxError = "syntax_error"
    case unknownTable = "unknown_table"
    case unknownColumn = "unknown_column"
    case unknownFunction = "unknown_function"
    case ambiguous
    /// The statement would do something else than read: it was not run.
    case notReadOnly = "not_read_only"
    case severalStatements = "several_statements"
    /// It took more than a limit allows.
    case limit
    /// SQLite reported any other error.
    case error
}
