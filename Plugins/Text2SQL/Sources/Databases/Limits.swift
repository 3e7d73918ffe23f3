/// How much one statement may do, in units that are the same on every machine.
struct Limits: Equatable {
    /// Instructions of SQLite's virtual machine, counted in steps of `watchInterval`.
    var vmSteps = 50_000_000
    /// Rows of the result.
    var rows = 100_000
    /// Values of the result, rows times columns.
    var cells = 1_000_000
    /// Bytes of all texts and blobs of the result.
    var bytes = 16 << 20

    /// Bytes of one text, blob or table row that SQLite may handle on the way.
    static let valueBytes: Int32 = 8 << 20
    static let statementBytes: Int32 = 100_000
    /// A pattern with many `%` takes time that no step counts.
    static let patternBytes: Int32 = 1_000
    /// Instructions between two looks at the count.
    static let watchInterval = 1_000
}
