import DataPlane

/// What became of the rows: the content of `reports/quality.json`.
///
/// Made from the books alone, so it is the same for every run of one contract with the same replies and journal.
public struct QualityReport {
    public let books: Books

    public init(books: Books) { self.books = books }

    public var json: JSONValue {
        let run = books.run
        return [
            "format": "fastdistill.quality/1",
            "source_rows": .int(Int64(run.rowsIn)),
            "outcomes": .object(
                Outcome.allCases.map { outcome in
                    (outcome.name, .int(Int64(outcome == .kept ? run.rowsOut : run.ended[outcome, default: 0])))
                }),
            "rejected_by_code": .counts(run.codes),
            "balanced": .bool(books.unbalanced.isEmpty),
            "stages": .counts(books.stages),
            "nodes": .array(books.nodes.map { ["node": .string($0.name), "books": $0.tally.json] }),
            "verdicts": .sorted(books.verdicts.mapValues(JSONValue.counts)),
            "facets": .sorted(books.facets.mapValues { .sorted($0.mapValues(\.json)) }),
        ]
    }
}
