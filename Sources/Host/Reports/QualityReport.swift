import DataPlane

/// What became of the rows: the content of `reports/quality.json`.
///
/// Made from the books alone, so it is the same for every run of one contract with the same replies and journal.
public struct QualityReport {
    public let books: Books

    public init(books: Books) { self.books = books }

    public var json: JSONValue {
        .object(
            [("format", "fastdistill.quality/1")] + Self.rows(books.run) + [
                ("balanced", .bool(books.unbalanced.isEmpty)),
                ("stages", .counts(books.stages)),
                ("nodes", .array(books.nodes.map { ["node": .string($0.name), "books": $0.tally.json] })),
                ("verdicts", Self.verdicts(books.verdicts)),
                ("facets", .sorted(books.facets.mapValues { .sorted($0.mapValues(\.json)) })),
                ("tasks", .sorted(books.tasks.mapValues(Self.task))),
            ])
    }

    /// One task, in the words of the whole.
    private static func task(_ task: TaskBooks) -> JSONValue {
        .object(rows(task.run) + [("balanced", .bool(task.run.isBalanced)), ("verdicts", verdicts(task.verdicts))])
    }

    private static func rows(_ tally: Tally) -> [(String, JSONValue)] {
        let outcomes = Outcome.allCases.map { ($0.name, JSONValue.int(Int64(tally.count($0)))) }
        return [
            ("source_rows", .int(Int64(tally.rowsIn))), ("outcomes", .object(outcomes)),
            ("rejected_by_code", .counts(tally.codes)),
        ]
    }

    private static func verdicts(_ verdicts: [String: [String: Int]]) -> JSONValue {
        .sorted(verdicts.mapValues(JSONValue.counts))
    }
}
