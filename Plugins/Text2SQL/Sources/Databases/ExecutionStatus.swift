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
    /// It ran, but its columns are not those that were expected.
    case schemaMismatch = "schema_mismatch"
    /// SQLite reported any other error of the statement.
    case error
    /// The fault lies elsewhere: a damaged file, a failing disk, a connection that was not as it should be.
    case `internal`

    /// Whether the statement was refused rather than tried.
    var isRefusal: Bool { self == .notReadOnly || self == .severalStatements }
}
