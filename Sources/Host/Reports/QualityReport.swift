import DataPlane

/// What became of the rows: the content of `reports/quality.json`; ``QualityPage`` is the same for people.
///
/// Made from the books and the artifacts, so it is the same for every run of one contract with the same replies and
/// journal; and from what people have decided against its gates.
public struct QualityReport {
    public let books: Books
    let examples: Examples?
    let contamination: SplitContamination?
    /// Sentences about gates that were bypassed.
    let bypasses: [String]

    /// - Parameters:
    ///   - examples: nil when there are no artifacts to take them from.
    ///   - contamination: nil when the graph does not say which column names the split.
    ///   - bypasses: a sentence for each gate that did not pass and did not stop the student.
    public init(
        books: Books, examples: Examples? = nil, contamination: SplitContamination? = nil, bypasses: [String] = []
    ) {
        self.books = books
        self.examples = examples
        self.contamination = contamination
        self.bypasses = bypasses
    }

    public var json: JSONValue {
        .object(
            [("format", "fastdistill.quality/2")] + Self.rows(books.run) + [
                ("balanced", .bool(books.unbalanced.isEmpty)),
                ("stages", .counts(books.stages)),
                ("nodes", .array(books.nodes.map { ["node": .string($0.name), "books": $0.tally.json] })),
                ("verdicts", Self.verdicts(books.verdicts)),
                ("facets", .sorted(books.facets.mapValues { .sorted($0.mapValues(\.json)) })),
                ("tasks", .sorted(books.tasks.mapValues(Self.task))),
                ("accuracy", .sorted(accuracy)),
                ("agreement", .array(agreements.map(\.json))),
                ("scores", .sorted(books.tags.scores.mapValues(\.json))),
                ("sealed_shards", .int(Int64(examples?.shards ?? 0))),
                ("examples", examples?.json ?? .null),
                ("contamination", contamination?.json ?? .null),
                (BypassNotice.member, .array(bypasses.map { .string($0) })),
            ])
    }

    /// Verdict column to its accuracy in total and by the values of each facet.
    private var accuracy: [String: JSONValue] {
        var accuracy: [String: JSONValue] = [:]
        for (column, verdicts) in books.verdicts {
            let facets = facetTables(of: column).map { facet, table in
                (facet, JSONValue.sorted(table.rows.mapValues { .object(Accuracy($0).members) }))
            }
            accuracy[column] = .object(Accuracy(verdicts).members + [("facets", .object(facets))])
        }
        return accuracy
    }

    /// The facets by which a verdict column is told, by name.
    func facetTables(of column: String) -> [(facet: String, table: CrossTable)] {
        books.tags.facetVerdicts.filter { $0.key.second == column }.sorted { $0.key < $1.key }
            .map { ($0.key.first, $0.value) }
    }

    var agreements: [Agreement] {
        books.tags.crossTables.sorted { $0.key < $1.key }.map { Agreement($0.key, $0.value) }
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
