/// What SQLite's compiler says about a statement on a real schema.
struct SchemaUse: Equatable {
    enum Status: String, CaseIterable {
        /// It compiles, and would only read.
        case ok
        case syntaxError = "syntax_error"
        case unknownTable = "unknown_table"
        case unknownColumn = "unknown_column"
        case unknownFunction = "unknown_function"
        case ambiguous
        case notReadOnly = "not_read_only"
        case error
    }

    var status: Status
    /// In SQLite's words; nil if it compiles.
    var error: String?
    /// The tables and views it reads, as the schema spells them, in the order of their bytes.
    var tables: [String] = []
    /// The columns it reads, `table.column`, in the order of their bytes.
    var columns: [String] = []
}
