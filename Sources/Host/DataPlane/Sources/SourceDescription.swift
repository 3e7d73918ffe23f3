/// What a graph's `source:` says: which files, of which columns.
public struct SourceDescription: Sendable {
    public enum Format: String, Sendable, CaseIterable { case jsonl, csv, parquet }

    /// A file: how the graph names it (for row ids and messages) and where it is.
    public struct File: Sendable {
        public var name: String
        public var path: String

        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    public struct Column: Sendable {
        public var field: Field
        /// Holds reference answers, which no model may see.
        public var isGold: Bool

        public init(_ field: Field, isGold: Bool = false) {
            self.field = field
            self.isGold = isGold
        }
    }

    public enum TaskID: Sendable {
        case constant(String)
        case column(String)
    }

    public var files: [File]
    public var format: Format
    public var columns: [Column]
    public var taskID: TaskID
    /// The column with the source's own ids; nil for `file:line`.
    public var rowID: String?
    /// The column that says which split a row belongs to, for the report on what splits share.
    public var splitColumn: String?
    /// Under which licence the rows may be used, for the dataset card.
    public var license: String?

    public init(
        files: [File], format: Format, columns: [Column], taskID: TaskID, rowID: String?, splitColumn: String? = nil,
        license: String? = nil
    ) {
        self.files = files
        self.format = format
        self.columns = columns
        self.taskID = taskID
        self.rowID = rowID
        self.splitColumn = splitColumn
        self.license = license
    }
}
