import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Reports of evaluations")
struct EvaluationReportTests {
    private let models = [
        try? GateSamples.model(.student, GateSamples.scores("1110?1")),
        try? GateSamples.model(.baseline, GateSamples.scores("1000?0")),
        try? GateSamples.model(
            .teacher, GateSamples.scores("111101"), further: ["latency_p50_ms": .figure(12.5, rows: 6)]),
        try? GateSamples.model(.previous, GateSamples.scores("111", firstID: 50)),
    ].compactMap { $0 }

    private var report: EvaluationReport {
        var rows = TestRows(inputIDs: (0..<6).map { String(1_000_000 + $0) })
        rows.facets = [TestRows.Facet(name: "level", values: ["easy", "easy", "hard", "hard", "hard", nil])]
        return EvaluationReport(
            runID: "demo-1", models: models, rows: rows, warnings: ["the gate 'a' was bypassed: hurry"])
    }

    @Test("For people: figures, leads where the rows are the same, agreement, facets, bypasses")
    func markdown() {
        #expect(
            report.markdown == """
                # Evaluation of demo-1

                **Warning: the gate 'a' was bypassed: hurry**

                | figure | student (sprig) | baseline (seed) | teacher (oak) | previous (sprig-1) |
                | --- | --- | --- | --- | --- |
                | latency_p50_ms |  |  | 12.5 (6 rows) |  |
                | test_exec_accuracy | 0.8 (0.3755 to 0.9638, 5 rows) | 0.2 (0.0362 to 0.6245, 5 rows) | 0.8333 (0.4365 to 0.9699, 6 rows) | 1 (0.4385 to 1, 3 rows) |

                Intervals of 95 %; 6 test rows.

                ## The student's lead

                | over | metric | lead | interval | only the student | only the other | McNemar's p |
                | --- | --- | --- | --- | --- | --- | --- |
                | baseline | test_exec_accuracy | 0.6 | 0.2 to 1 | 3 | 0 | 0.25 |
                | teacher | test_exec_accuracy | -0.2 | -0.6 to 0 | 0 | 1 | 1 |

                Teacher and student agree on the share 0.8 of 5 rows, Cohen's kappa 0.

                ## By level

                | level | student | baseline | teacher | previous |
                | --- | --- | --- | --- | --- |
                |  | 1 (1) | 0 (1) | 1 (1) |  |
                | easy | 1 (2) | 0.5 (2) | 1 (2) |  |
                | hard | 0.5 (2) | 0 (2) | 0.6667 (3) |  |

                """)
    }

    @Test("For programs: the same figures, with what they were made with")
    func json() throws {
        let json = report.json
        #expect(json["format"]?.string == "fastdistill.evaluation-report/1" && json["rows"]?.int == 6)
        #expect(json["bootstrap"] == ["seed": 1, "resamples": 9999])
        #expect(json["leads"]?.array?.map { $0["over"]?.string } == ["baseline", "teacher"])
        #expect(json["leads"]?.array?.first?["mcnemar_p"]?.double == 0.25)
        #expect(json["teacher_student_agreement"]?["agreement"]?.double == 0.8)
        #expect(json["models"]?.array?.first?["facets"]?["level"]?["hard"] == ["value": 0.5, "rows": 2])
        #expect(json["bypassed_gates"] == ["the gate 'a' was bypassed: hurry"])
    }

    @Test("A line for each model")
    func lines() {
        #expect(report.lines[0] == "student   sprig: test_exec_accuracy 0.8 (0.3755 to 0.9638, 5 rows)")
        #expect(report.lines[3] == "previous  sprig-1: test_exec_accuracy 1 (0.4385 to 1, 3 rows)")
    }

    @Test("Judged pairs: a table, a line for each model that was compared, and the counts for programs")
    func pairs() throws {
        let judged = [
            (ModelRole.student, JudgedPairs(scores: try GateSamples.scores("11=0?"), asked: 4, same: 1, unanswered: 0)),
            (.baseline, JudgedPairs(scores: try GateSamples.scores("====="), asked: 0, same: 4, unanswered: 1)),
        ]
        let report = EvaluationReport(
            runID: "demo-1", models: models, rows: TestRows(inputIDs: ["a"]), warnings: [],
            pairs: EvaluationReport.Pairs(reference: .baseline, judged: judged.map { (role: $0, pairs: $1) }))
        #expect(
            report.markdown.contains(
                """
                ## Judged pairs

                Answers beside those of the baseline. Without an answer a model loses, answers that look the same tie, and about the others a judge was asked.

                | model | wins | ties | losses | undecided | asked | same | unanswered |
                | --- | --- | --- | --- | --- | --- | --- | --- |
                | student | 2 | 1 | 1 | 1 | 4 | 1 | 0 |
                | baseline | 0 | 5 | 0 | 0 | 0 | 4 | 1 |

                """))
        #expect(
            report.lines.dropFirst(models.count) == [
                "student   against the baseline: 2 won, 1 tied, 1 lost, 1 undecided; the judge was asked about 4"
            ])
        #expect(
            report.json["pairs"]?["judged"]?.array?.first == [
                "role": "student", "wins": 2, "ties": 1, "losses": 1, "undecided": 1, "asked": 4, "same": 1,
                "unanswered": 0,
            ])
    }
}
