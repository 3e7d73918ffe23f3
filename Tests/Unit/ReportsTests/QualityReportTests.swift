import DataPlane
import Testing

@testable import Reports

@Suite struct QualityReportTests {
    @Test func theWholeAndEachTaskAreReportedInTheSameWords() throws {
        var sums = TaskBooks()
        (sums.run.rowsIn, sums.run.rowsOut) = (3, 2)
        sums.run.ended = [.rejected: 1]
        sums.run.codes = ["wrong_answer": 1]
        sums.verdicts = ["compare": ["ok": 2, "wrong": 1]]
        var words = TaskBooks()
        (words.run.rowsIn, words.run.ended) = (1, [.duplicate: 1])
        var books = Books(nodes: ["source"])
        books.tasks = ["words": words, "sums": sums]
        books.run.add(sums.run)
        books.run.add(words.run)
        books.verdicts = sums.verdicts
        let report = QualityReport(books: books).json
        #expect(
            report.pretty == """
                {
                  "format": "fastdistill.quality/2",
                  "source_rows": 4,
                  "outcomes": {
                    "kept": 2,
                    "deferred": 0,
                    "not_selected": 0,
                    "rejected": 1,
                    "duplicate": 1
                  },
                  "rejected_by_code": {
                    "wrong_answer": 1
                  },
                  "balanced": true,
                  "stages": {},
                  "nodes": [
                    {
                      "node": "source",
                      "books": {
                        "in": 0,
                        "out": 0,
                        "deferred": 0,
                        "not_selected": 0,
                        "rejected": 0,
                        "duplicate": 0
                      }
                    }
                  ],
                  "verdicts": {
                    "compare": {
                      "ok": 2,
                      "wrong": 1
                    }
                  },
                  "facets": {},
                  "tasks": {
                    "sums": {
                      "source_rows": 3,
                      "outcomes": {
                        "kept": 2,
                        "deferred": 0,
                        "not_selected": 0,
                        "rejected": 1,
                        "duplicate": 0
                      },
                      "rejected_by_code": {
                        "wrong_answer": 1
                      },
                      "balanced": true,
                      "verdicts": {
                        "compare": {
                          "ok": 2,
                          "wrong": 1
                        }
                      }
                    },
                    "words": {
                      "source_rows": 1,
                      "outcomes": {
                        "kept": 0,
                        "deferred": 0,
                        "not_selected": 0,
                        "rejected": 0,
                        "duplicate": 1
                      },
                      "rejected_by_code": {},
                      "balanced": true,
                      "verdicts": {}
                    }
                  },
                  "accuracy": {
                    "compare": {
                      "ok": 2,
                      "wrong": 1,
                      "undecidable": 0,
                      "accuracy": 0.666667,
                      "low": 0.20766,
                      "high": 0.938508,
                      "facets": {}
                    }
                  },
                  "agreement": [],
                  "scores": {},
                  "sealed_shards": 0,
                  "examples": null,
                  "contamination": null,
                  "bypassed_gates": []
                }

                """)
    }
}
