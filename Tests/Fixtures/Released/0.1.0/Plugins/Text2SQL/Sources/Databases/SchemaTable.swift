/// One table or view of a database.
struct SchemaTable: Equatable {
    struct Column: Equatable {
        let name: String
        /// The declared type as it was written; may be empty.
        let type: String
        /// From 1 within the primary key, 0 outside.
        let primaryKeyPosition: Int
    }

    struct ForeignKey: Equatable {
        let target: String
        var columns: [String] = []
        var targetColumns: [String] = []
    }

    let name: String
    let isView: Bool
    let columns: [Column]
    let foreignKeys: [ForeignKey]
}
