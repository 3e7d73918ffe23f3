/// Something about a gold query that makes it doubtful to judge by.
struct Finding: Equatable {
    /// The graver ones first.
    enum Code: String, CaseIterable {
        /// There is no gold query.
        case missing
        /// It is not one statement that only reads.
        case rejected
        case fails
        /// It takes more than a limit allows.
        case limit
        /// It gives no rows: every prediction without rows is right.
        case empty
        case onlyNull = "only_null"
        /// All values are 0, or 0 and NULL.
        case onlyZero = "only_zero"
        /// Its result depends on the order in which SQLite reads the tables.
        case scanOrder = "scan_order"
        /// `LIMIT` takes some of several rows that its order does not tell apart.
        case cutsTies = "cuts_ties"
        /// It orders or picks texts that are numbers by their letters: '10' before '9'.
        case textAsNumber = "text_as_number"
    }

    let code: Code
    /// What was seen, in a few words.
    let evidence: String
}
