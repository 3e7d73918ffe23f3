import DataPlane

/// The `README.md` of a run: what the data is, how much there is, and how to load it.
///
/// The front matter is what the Hugging Face hub and `datasets` read: one configuration a stage.
public struct DatasetCard {
    public var name: String
    public var license: String?
    public var sourceFiles: [String]
    /// Stage names in the order of the graph, with the columns of each.
    public var stages: [(name: String, schema: Schema)]
    public var books: Books

    public init(
        name: String, license: String? = nil, sourceFiles: [String], stages: [(name: String, schema: Schema)],
        books: Books
    ) {
        self.name = name
        self.license = license
        self.sourceFiles = sourceFiles
        self.stages = stages
        self.books = books
    }

    /// The outcomes of each task.
    private var taskTable: [String] {
        let outcomes = Outcome.allCases.map(\.name).joined(separator: " | ")
        let rules = Outcome.allCases.map { _ in "---" }.joined(separator: " | ")
        let rows = books.tasks.sorted { $0.key < $1.key }.map { task, books in
            let counts = Outcome.allCases.map { String(books.run.count($0)) }.joined(separator: " | ")
            return "| \(Books.title(ofTask: task)) | \(counts) |"
        }
        return ["", "| task | \(outcomes) |", "| --- | \(rules) |"] + rows
    }

    public var text: String {
        var lines = ["---"]
        lines.append("license: \(license ?? "other")")
        lines.append("configs:")
        for stage in stages {
            lines += ["- config_name: \(stage.name)", "  data_files: artifacts/\(stage.name)/*.parquet"]
            if stage.name == "distilled" { lines.append("  default: true") }
        }
        lines += ["---", "", "# \(name)", ""]
        let run = books.run
        lines.append(
            "Distilled by FastDistill from \(sourceFiles.joined(separator: ", ")): \(run.rowsOut) of \(run.rowsIn) rows kept."
        )
        lines.append(license.map { "Licence of the source: \($0)." } ?? "The licence of the source was not stated.")
        lines += ["", "| outcome | rows |", "| --- | --- |"]
        for outcome in Outcome.allCases {
            lines.append("| \(outcome.name) | \(run.count(outcome)) |")
        }
        if books.tasks.count > 1 { lines += taskTable }
        lines += ["", "| stage | rows | columns |", "| --- | --- | --- |"]
        for stage in stages {
            let columns = stage.schema.fields.map { "`\($0.name)`" }.joined(separator: ", ")
            lines.append("| \(stage.name) | \(books.stages[stage.name, default: 0]) | \(columns) |")
        }
        lines += [
            "", "Read a stage with pyarrow, DuckDB or datasets, for example:", "", "```sql",
            "SELECT * FROM 'artifacts/distilled/*.parquet';", "```", "",
            "`manifests/` has a hash of every column of every file; `fastdistill verify` recomputes them.", "",
        ]
        return lines.joined(separator: "\n")
    }
}
