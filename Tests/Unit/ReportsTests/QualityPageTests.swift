import DataPlane
import Testing

@testable import Reports

@Suite struct QualityPageTests {
    private static var books: Books {
        var books = Books(nodes: ["source", "compare", "differs"])
        (books.run.rowsIn, books.run.rowsOut) = (10, 6)
        books.run.ended = [.rejected: 3, .deferred: 1]
        books.run.codes = ["differs": 2, "malformed_row": 1]
        books.nodes[0].tally = books.run
        books.nodes[0].tally.rowsOut = 9
        books.nodes[0].tally.ended = [.rejected: 1]
        books.nodes[0].tally.codes = ["malformed_row": 1]
        (books.nodes[1].tally.rowsIn, books.nodes[1].tally.rowsOut) = (9, 8)
        books.nodes[1].tally.ended = [.deferred: 1]
        (books.nodes[2].tally.rowsIn, books.nodes[2].tally.rowsOut) = (8, 6)
        books.nodes[2].tally.ended = [.rejected: 2]
        books.nodes[2].tally.codes = ["differs": 2]
        var task = TaskBooks()
        task.run = books.run
        books.tasks = ["t": task]
        books.verdicts = ["compare": ["ok": 6, "wrong": 2], "judge": ["ok": 4, "wrong": 3, "undecidable": 1]]
        books.tags.facetVerdicts[ColumnPair("schema.database", "compare")] = CrossTable([
            "hr": ["ok": 6, "wrong": 1], "a|b": ["wrong": 1],
        ])
        books.tags.crossTables[ColumnPair("compare", "judge")] = CrossTable([
            "ok": ["ok": 4, "wrong": 1, "undecidable": 1], "wrong": ["wrong": 2],
        ])
        var scores = ScoreBooks(range: 0...1)
        for score in [0.15, 0.8, 1, nil] { scores.all.count(score) }
        books.tags.scores = ["judge.score": scores]
        return books
    }

    @Test func thePageTellsAllOfItInWordsAndTables() {
        let page = QualityPage(
            QualityReport(books: Self.books), name: "demo",
            nodeTitles: ["compare": "text/compare", "differs": "reject"])
        #expect(
            page.text == """
                # Quality of demo

                10 source rows: 6 kept, 1 deferred, 3 rejected. The books balance.

                A **source row** is a row as the source gave it; it becomes a **row** for each candidate answer. The figures \
                are in `quality.json` too.

                ## Funnel

                Source rows at each node: a source row leaves a node as long as one of its candidates does.

                | node | does | in | ended here | out | of the source |
                | --- | --- | ---: | --- | ---: | ---: |
                | source |  | 10 | 1 rejected: 1 malformed_row | 9 | 90.0 % |
                | compare | text/compare | 9 | 1 deferred | 8 | 80.0 % |
                | differs | reject | 8 | 2 rejected | 6 | 60.0 % |

                ## Outcomes

                | outcome | source rows | share |
                | --- | ---: | ---: |
                | kept | 6 | 60.0 % |
                | deferred | 1 | 10.0 % |
                | not_selected | 0 | 0.0 % |
                | rejected | 3 | 30.0 % |
                | duplicate | 0 | 0.0 % |

                ## Accuracy

                Rows with the verdict ok, of those that came so far and have ok or wrong; what is undecidable is left out. \
                The interval is Wilson's, 95 %.

                | verdict | ok | wrong | undecidable | accuracy | 95 % interval |
                | --- | ---: | ---: | ---: | ---: | --- |
                | compare | 6 | 2 | 0 | 75.0 % | 40.9 % to 92.9 % |
                | judge | 4 | 3 | 1 | 57.1 % | 25.0 % to 84.2 % |

                ### compare by schema.database

                | schema.database | ok | wrong | undecidable | accuracy | 95 % interval |
                | --- | ---: | ---: | ---: | ---: | --- |
                | hr | 6 | 1 | 0 | 85.7 % | 48.7 % to 97.4 % |
                | a\\|b | 0 | 1 | 0 | 0.0 % | 0.0 % to 79.3 % |

                ## Where verdicts disagree

                Pairs of verdicts on the same rows. Cohen's kappa is agreement beyond chance: 1 is full agreement, 0 is what \
                chance gives. Rows that either calls undecidable are left out of both figures.

                ### compare and judge

                7 rows decided by both: agreement 85.7 %, kappa 0.70. 1 row undecidable.

                | compare \\ judge | ok | wrong | undecidable |
                | --- | ---: | ---: | ---: |
                | ok | 4 | 1 | 1 |
                | wrong | 0 | 2 | 0 |
                | undecidable | 0 | 0 | 0 |

                ## Scores

                Rows by score; by verdict too where a row has both.

                ### judge.score

                | score | all |
                | --- | ---: |
                | 0.00 to 0.10 | 0 |
                | 0.10 to 0.20 | 1 |
                | 0.20 to 0.30 | 0 |
                | 0.30 to 0.40 | 0 |
                | 0.40 to 0.50 | 0 |
                | 0.50 to 0.60 | 0 |
                | 0.60 to 0.70 | 0 |
                | 0.70 to 0.80 | 0 |
                | 0.80 to 0.90 | 1 |
                | 0.90 to 1.00 | 1 |
                | no score | 1 |

                ## Duplicates

                No source row has the input of an earlier one.

                ## Contamination between splits

                Not looked for: the graph does not say which column names the split (`split` of `source`).

                ## Deferred

                These wait for a provider or a cap; the command that started the run goes on with them.

                - 1 source row at `compare`

                ## Looking further

                `fastdistill why RUN ID` tells one row's whole story, `fastdistill diff RUN_A RUN_B` what changed between \
                two runs, `fastdistill verify RUN` whether the files are what was written.

                """)
    }

    @Test func textsOfRowsCannotBreakThePage() {
        #expect(QualityPage.code("a `b` ``c``\nd") == "``` a `b` ``c`` d ```")
        #expect(QualityPage.code("plain") == "`plain`")
        #expect(QualityPage.code("a\0b\u{1B}[2J") == "`a␀b␛[2J`")
        #expect(QualityPage.cell("a|b\r\nc") == "a\\|b c")
    }

    @Test func columnsThatSayOneThingHaveNoKappa() {
        let same = Agreement(ColumnPair("a", "b"), CrossTable(["ok": ["ok": 5]]))
        #expect(same.share == 1 && same.kappa == nil)
        let none = Agreement(ColumnPair("a", "b"), CrossTable(["undecidable": ["ok": 5]]))
        #expect(none.share == nil && none.kappa == nil && none.decided == 0 && none.undecidable == 5)
        // Less than chance.
        let opposite = Agreement(ColumnPair("a", "b"), CrossTable(["ok": ["wrong": 5], "wrong": ["ok": 5]]))
        #expect(opposite.share == 0 && opposite.kappa == -1)
    }
}
