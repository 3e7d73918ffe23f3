import DataPlane
import Testing

@testable import Reports

@Suite struct DatasetCardTests {
    private func card(license: String?, tasks: [ExactText: TaskBooks] = [:]) -> String {
        var books = Books(nodes: ["source", "check"])
        books.run.rowsIn = 3
        books.run.rowsOut = 2
        books.run.ended = [.rejected: 1]
        books.stages = ["raw": 3, "distilled": 2]
        books.tasks = tasks
        let schema = Schema([Field("row_id", .utf8), Field("ordinal", .int64)])
        return DatasetCard(
            name: "demo", license: license, sourceFiles: ["a.jsonl"],
            stages: [("raw", schema), ("distilled", schema)], books: books
        ).text
    }

    @Test func theCardSaysWhatThereIsAndUnderWhichLicence() {
        #expect(
            card(license: "apache-2.0") == """
                ---
                license: apache-2.0
                configs:
                - config_name: raw
                  data_files: artifacts/raw/*.parquet
                - config_name: distilled
                  data_files: artifacts/distilled/*.parquet
                  default: true
                ---

                # demo

                Distilled by FastDistill from a.jsonl: 2 of 3 rows kept.
                Licence of the source: apache-2.0.

                | outcome | rows |
                | --- | --- |
                | kept | 2 |
                | deferred | 0 |
                | not_selected | 0 |
                | rejected | 1 |
                | duplicate | 0 |

                | stage | rows | columns |
                | --- | --- | --- |
                | raw | 3 | `row_id`, `ordinal` |
                | distilled | 2 | `row_id`, `ordinal` |

                Read a stage with pyarrow, DuckDB or datasets, for example:

                ```sql
                SELECT * FROM 'artifacts/distilled/*.parquet';
                ```

                `manifests/` has a hash of every column of every file; `fastdistill verify` recomputes them.

                """)
    }

    @Test func aLicenceThatWasNotStatedIsNotInvented() {
        #expect(card(license: nil).contains("license: other\n"))
        #expect(card(license: nil).contains("The licence of the source was not stated.\n"))
    }

    @Test func severalTasksHaveARowEach() {
        var one = TaskBooks()
        (one.run.rowsIn, one.run.rowsOut) = (2, 2)
        #expect(!card(license: nil, tasks: ["sums": one]).contains("| task |"))
        var other = TaskBooks()
        (other.run.rowsIn, other.run.ended) = (1, [.rejected: 1])
        let text = card(license: nil, tasks: ["sums": one, Books.unknownTask: other])
        #expect(
            text.contains(
                """
                | duplicate | 0 |

                | task | kept | deferred | not_selected | rejected | duplicate |
                | --- | --- | --- | --- | --- | --- |
                | (unknown) | 0 | 0 | 0 | 1 | 0 |
                | sums | 2 | 0 | 0 | 0 | 0 |

                | stage | rows | columns |
                """))
    }
}
