import Testing

@testable import DataPlane

@Suite struct TagBooksTests {
    private static var books: TagBooks {
        var books = TagBooks()
        books.verdicts = ["compare.strict": ["ok": 2, "wrong": 1], "judge": ["undecidable": 3]]
        books.crossTables[ColumnPair("compare.strict", "judge")] = CrossTable(["ok": ["ok": 1, "wrong": 2]])
        books.facetVerdicts[ColumnPair("schema.database", "judge")] = CrossTable(["hr": ["undecidable": 3]])
        var scores = ScoreBooks(range: 0...5)
        for score in [0, 4.9, 5, nil] { scores.all.count(score) }
        scores.byVerdict = ["judge": ["undecidable": scores.all]]
        books.scores = ["judge.score": scores]
        return books
    }

    @Test func booksOfTagsSurviveTheirJSONAndAddUp() throws {
        var books = Books(nodes: ["source"])
        books.tags = Self.books
        var twice = try #require(Books(json: try JSONParser().parse(books.json.pretty)))
        #expect(twice.tags == Self.books)
        twice.add(books)
        #expect(twice.tags.verdicts["compare.strict"] == ["ok": 4, "wrong": 2])
        #expect(twice.tags.crossTables[ColumnPair("compare.strict", "judge")]?.count("ok", "wrong") == 4)
        #expect(twice.tags.facetVerdicts[ColumnPair("schema.database", "judge")]?.count("hr", "undecidable") == 6)
        #expect(twice.tags.scores["judge.score"]?.all.bins == [2, 0, 0, 0, 0, 0, 0, 0, 0, 4])
        #expect(twice.tags.scores["judge.score"]?.all.nulls == 2)
        #expect(twice.tags.scores["judge.score"]?.byVerdict["judge"]?["undecidable"]?.total == 8)
    }

    @Test func booksFromBeforeThereWereCrossTablesHaveNone() throws {
        let old = try JSONParser().parse(
            #"{"run": {"in": 1, "out": 1}, "nodes": [], "verdicts": {"compare": {"ok": 1}}}"#)
        let books = try #require(Books(json: old))
        #expect(books.tags.verdicts == ["compare": ["ok": 1]])
        #expect(books.tags.crossTables.isEmpty && books.tags.facetVerdicts.isEmpty && books.tags.scores.isEmpty)
    }

    @Test func aHistogramPutsEveryScoreSomewhere() {
        var histogram = Histogram(range: 0...1)
        let scores: [Double?] = [0, 0.05, 0.1, 0.3, 0.7, 0.95, 1, -0.1, 1.5, .nan, nil, .infinity]
        for score in scores { histogram.count(score) }
        #expect(histogram.bins == [2, 1, 0, 1, 0, 0, 0, 1, 0, 2])
        #expect((histogram.below, histogram.above, histogram.nulls) == (1, 2, 2))
        #expect(histogram.total == scores.count)
        histogram.add(histogram)
        #expect(histogram.total == 2 * scores.count)
    }

    /// The values that are kept are the same whatever part of the rows was counted first.
    @Test func theBoundOfFacetValuesKnowsNoOrder() {
        func books(_ values: Range<Int>) -> Books {
            var books = Books(nodes: ["source"])
            for value in values {
                var tally = Tally()
                (tally.rowsIn, tally.rowsOut) = (1, 1)
                books.facets["f.v", default: [:]][ExactText("v\(10_000 + value)")] = tally
                books.tags.facetVerdicts[ColumnPair("f.v", "c"), default: CrossTable()].rows[
                    ExactText("v\(10_000 + value)")] = [
                        "ok": 1
                    ]
            }
            books.boundFacets()
            return books
        }
        let parts = [books(0..<1500), books(700..<3000), books(2500..<2600), books(100..<101)]
        var sums = [Books(nodes: ["source"]), Books(nodes: ["source"])]
        for part in parts {
            sums[0].add(part)
            sums[0].boundFacets()
        }
        for part in parts.reversed() {
            sums[1].add(part)
            sums[1].boundFacets()
        }
        #expect(sums[0] == sums[1])
        let values = sums[0].facets["f.v"] ?? [:]
        #expect(values.count == FacetValues.most + 1)
        #expect(values.values.reduce(0) { $0 + $1.rowsIn } == 1500 + 2300 + 100 + 1)
        #expect(values["v10100"]?.rowsIn == 2)
        #expect(values["v11001"] == nil)
        let table = sums[0].tags.facetVerdicts[ColumnPair("f.v", "c")]
        #expect(table?.count(FacetValues.rest.text, "ok") == values[FacetValues.rest]?.rowsIn)
    }

    @Test func longValuesOfFacetsAreCut() {
        #expect(FacetValues.name("hr") == "hr")
        #expect(FacetValues.name(String(repeating: "é", count: 300)).text == String(repeating: "é", count: 199) + "…")
        #expect("abc".cut(to: 3) == "abc")
        #expect("abcd".cut(to: 3) == "ab…")
    }
}
