import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Gate decisions")
struct GateDecisionTests {
    private let point = "  - {metric: test_exec_accuracy, rule: point, against: baseline}"
    private let paired = "  - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline}"

    private func lines(_ decision: GateDecision) -> String { decision.lines.joined(separator: "\n") }

    private func accuracies(_ student: Int, _ baseline: Int, of rows: Int = 200) throws -> [EvaluatedModel] {
        [
            GateSamples.model(.student, try GateSamples.share(student, of: rows)),
            GateSamples.model(.baseline, try GateSamples.share(baseline, of: rows)),
        ]
    }

    @Test("A student as good as the baseline reaches it, one a row worse does not")
    func pointRule() throws {
        let equal = try GateSamples.decide(point, try accuracies(120, 120))
        #expect(equal.outcome == .passed && equal.outcome.exitStatus == 0)
        #expect(
            lines(equal) == """
                passed       test_exec_accuracy: 0.6 reaches 0.6, that of the baseline 'seed'
                the student passes: 1 of 1 gates passed
                """)
        let worse = try GateSamples.decide(point, try accuracies(119, 120))
        #expect(worse.outcome == .failed && worse.outcome.exitStatus == 4)
        #expect(
            lines(worse) == """
                failed       test_exec_accuracy: 0.595 does not reach 0.6, that of the baseline 'seed'
                the student does not pass: test_exec_accuracy
                """)
    }

    @Test("A margin is a distance below the threshold, and exact at its end")
    func margin() throws {
        let gate = "  - {metric: test_exec_accuracy, rule: point, against: baseline, margin: 0.02}"
        #expect(
            lines(try GateSamples.decide(gate, try accuracies(130, 134))) == """
                passed       test_exec_accuracy: 0.65 reaches 0.65, that of the baseline 'seed' (0.67 less the margin 0.02)
                the student passes: 1 of 1 gates passed
                """)
        #expect(try GateSamples.decide(gate, try accuracies(129, 134)).outcome == .failed)
    }

    @Test("The paired rule asks for a lead that is more than chance")
    func pairedRule() throws {
        #expect(
            lines(try GateSamples.decide(paired, try accuracies(140, 120))) == """
                passed       test_exec_accuracy: the lower bound of the lead over the baseline 'seed', 0.06, is above 0
                the student passes: 1 of 1 gates passed
                """)
        #expect(
            lines(try GateSamples.decide(paired, try accuracies(121, 120))) == """
                failed       test_exec_accuracy: the lower bound of the lead over the baseline 'seed', 0, is not above 0
                the student does not pass: test_exec_accuracy
                """)
    }

    @Test("A model that never differs from the baseline has no lead, but is within any margin")
    func identical() throws {
        #expect(try GateSamples.decide(paired, try accuracies(120, 120)).outcome == .failed)
        let gate = "  - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline, margin: 0.01}"
        #expect(try GateSamples.decide(gate, try accuracies(120, 120)).outcome == .passed)
    }

    @Test("A threshold of 0 is a threshold")
    func zero() throws {
        let gate = "  - {metric: online_win_rate, rule: point, against: value, value: 0}"
        let none = GateSamples.model(.student, winRate: try GateSamples.share(0, of: 100))
        #expect(
            lines(try GateSamples.decide(gate, [none])) == """
                passed       online_win_rate: 0 reaches 0
                the student passes: 1 of 1 gates passed
                """)
        #expect(try GateSamples.decide(gate, [GateSamples.model(.student)]).outcome == .undecidable)
    }

    @Test("Of several references one is enough, by its lower bound")
    func lowerBounds() throws {
        let gate =
            "  - {metric: online_win_rate, rule: point, against: [teacher, previous], figure: lower_bound}"
        let student = GateSamples.model(.student, winRate: try GateSamples.share(55, of: 100))
        let teacher = GateSamples.model(.teacher, winRate: try GateSamples.share(80, of: 100))
        let previous = GateSamples.model(.previous, winRate: try GateSamples.share(60, of: 100))
        #expect(
            lines(try GateSamples.decide(gate, [student, teacher, previous])) == """
                passed       online_win_rate: 0.55 does not reach 0.7112, the lower bound of the teacher 'oak'; 0.55 reaches 0.502, the lower bound of the previous version 'sprig-1'
                the student passes: 1 of 1 gates passed
                """)
        let first = try GateSamples.decide(gate, [student, teacher], isFirstVersion: true)
        #expect(first.outcome == .failed)
        #expect(
            first.lines[0]
                == "failed       online_win_rate: 0.55 does not reach 0.7112, the lower bound of the teacher 'oak'; there is no earlier version"
        )
        let lost = try GateSamples.decide(gate, [student, teacher])
        #expect(lost.outcome == .undecidable)
        #expect(
            lost.lines[0]
                == "undecidable  online_win_rate: 0.55 does not reach 0.7112, the lower bound of the teacher 'oak'; there is no record of the online_win_rate of the previous version"
        )
        let alone = "  - {metric: online_win_rate, rule: point, against: previous}"
        #expect(try GateSamples.decide(alone, [student], isFirstVersion: true).outcome == .undecidable)
    }

    @Test("The lower bound of a win rate with ties is the bootstrap's")
    func ties() throws {
        let gate = "  - {metric: online_win_rate, rule: point, against: teacher, figure: lower_bound}"
        let teacher = try GateSamples.scores(
            String(repeating: "1", count: 40) + String(repeating: "=", count: 30) + String(repeating: "0", count: 30))
        let decision = try GateSamples.decide(
            gate,
            [
                GateSamples.model(.student, winRate: try GateSamples.share(50, of: 100)),
                GateSamples.model(.teacher, winRate: teacher),
            ])
        let bound = Bootstrap(seed: 1).interval(of: teacher.tally, confidence: 0.95).lower
        #expect(decision.results[0].comparisons[0].threshold == bound)
    }

    @Test("Too few rows are undecidable, for the student and for what is shared")
    func tooFew() throws {
        #expect(
            lines(try GateSamples.decide(point, try accuracies(60, 50, of: 99))) == """
                undecidable  test_exec_accuracy: 99 of the student's rows can be decided, 100 are needed
                the student cannot be judged: test_exec_accuracy
                """)
        let half = String(repeating: "1?", count: 60)
        let models = [
            GateSamples.model(.student, try GateSamples.share(100, of: 120)),
            GateSamples.model(.baseline, try GateSamples.scores(half)),
        ]
        for gate in [point, paired] {
            let decision = try GateSamples.decide(gate, models)
            #expect(decision.outcome == .undecidable && decision.outcome.exitStatus == 5)
            #expect(
                decision.lines[0]
                    == "undecidable  test_exec_accuracy: 60 of the rows shared with the baseline can be decided, 100 are needed"
            )
        }
    }

    @Test("Models that were evaluated on different rows are not compared")
    func unequalSets() throws {
        let baseline = try GateSamples.scores(String(repeating: "1", count: 200), firstID: 2)
        let models = [
            GateSamples.model(.student, try GateSamples.share(200, of: 200)), GateSamples.model(.baseline, baseline),
        ]
        #expect(
            lines(try GateSamples.decide(point, models)) == """
                undecidable  test_exec_accuracy: the student and the baseline were evaluated on different rows (2 only the student, 2 only the baseline, the first of them input_id '1000000'); evaluate both on the same
                the student cannot be judged: test_exec_accuracy
                """)
    }

    @Test("What is missing or no number never passes")
    func missing() throws {
        let gate = "  - {metric: executable_rate, at_least: 0}"
        let cases: [(EvaluatedModel, String)] = [
            (
                GateSamples.model(.student, further: ["executable_rates": .figure(1, rows: 500)]),
                "the student's record has no 'executable_rate'; did you mean 'executable_rates'?"
            ),
            (
                GateSamples.model(.student, further: ["executable_rate": .figure(.nan, rows: 500)]),
                "the student's executable_rate is not a number"
            ),
            (
                GateSamples.model(.student, further: ["executable_rate": .figure(.infinity, rows: 500)]),
                "the student's executable_rate is not a number"
            ),
            (GateSamples.model(.teacher), "there is no record of the student"),
        ]
        for (model, reason) in cases {
            let decision = try GateSamples.decide(gate, [model])
            #expect(decision.outcome == .undecidable)
            #expect(decision.lines[0] == "undecidable  executable_rate: \(reason)")
        }
        let student = GateSamples.model(.student, try GateSamples.share(120, of: 200))
        let lone = try GateSamples.decide(point, [student])
        #expect(
            lone.lines[0]
                == "undecidable  test_exec_accuracy: there is no record of the test_exec_accuracy of the baseline")
        let figure = GateSamples.model(.baseline, further: ["test_exec_accuracy": .figure(0.5, rows: 200)])
        #expect(
            try GateSamples.decide(point, [student, figure]).lines[0]
                == "undecidable  test_exec_accuracy: a record has no score for each row, so the models cannot be compared"
        )
    }

    @Test("Any further metric may have a bound")
    func bounds() throws {
        let gates = """
              - {metric: executable_rate, at_least: 0.9}
              - {metric: latency_p90_ms, at_most: 800}
            """
        let model = GateSamples.model(
            .student,
            further: ["executable_rate": .figure(0.95, rows: 200), "latency_p90_ms": .figure(812.5, rows: 200)])
        #expect(
            lines(try GateSamples.decide(gates, [model])) == """
                passed       executable_rate: 0.95 reaches 0.9
                failed       latency_p90_ms: 812.5 is more than 800
                the student does not pass: latency_p90_ms
                """)
    }

    @Test("The training data may know no more test rows than the gates allow")
    func contamination() throws {
        let rest = "maximum_contamination: 0"
        let models = try accuracies(130, 120)
        let clean = Contamination(testRows: 200, contaminatedRows: 0)
        #expect(
            lines(try GateSamples.decide(point, models, rest: rest, contamination: clean)) == """
                passed       test_exec_accuracy: 0.65 reaches 0.6, that of the baseline 'seed'
                passed       contamination: 0 of 200 test rows are in the training data, at most the share 0
                the student passes: 2 of 2 gates passed
                """)
        let dirty = Contamination(testRows: 200, contaminatedRows: 3)
        let failed = try GateSamples.decide(point, models, rest: rest, contamination: dirty)
        #expect(failed.outcome == .failed)
        #expect(
            failed.lines[1]
                == "failed       contamination: 3 of 200 test rows are in the training data, more than the share 0")
        let unknown = try GateSamples.decide(point, models, rest: rest)
        #expect(unknown.outcome == .undecidable)
        #expect(
            unknown.lines[1]
                == "undecidable  contamination: it was not measured: this run has trained no student, and only its own training data is looked at"
        )
    }

    @Test("A failed gate outweighs an undecidable one")
    func failedFirst() throws {
        let gates = point + "\n  - {metric: executable_rate, at_least: 0.9}"
        let decision = try GateSamples.decide(gates, try accuracies(100, 120))
        #expect(decision.results.map(\.outcome) == [.failed, .undecidable] && decision.outcome == .failed)
        #expect(decision.lines[2] == "the student does not pass: test_exec_accuracy, executable_rate")
    }

    @Test("A bypass lets a gate be, and says so for ever")
    func bypass() throws {
        let gates = point + "\n  - {metric: executable_rate, at_least: 0.9}"
        let decision = try GateSamples.decide(
            gates, try accuracies(100, 120),
            bypasses: [
                GateBypass(name: "test_exec_accuracy", reason: "a demo"),
                GateBypass(name: "executable_rate", reason: "no server"),
            ])
        #expect(decision.outcome == .passed)
        #expect(decision.results.map(\.outcome) == [.failed, .undecidable])
        #expect(
            lines(decision) == """
                bypassed     test_exec_accuracy: 0.5 does not reach 0.6, that of the baseline 'seed'; failed, but bypassed: a demo
                bypassed     executable_rate: the student's record has no 'executable_rate'; known: test_exec_accuracy; undecidable, but bypassed: no server
                the student may pass: 0 of 2 gates passed, 2 bypassed
                """)
        #expect(decision.json["bypassed"] == ["test_exec_accuracy", "executable_rate"])
        let needless = try GateSamples.decide(
            point, try accuracies(130, 120), bypasses: [GateBypass(name: "test_exec_accuracy", reason: "a demo")])
        #expect(
            needless.lines[0]
                == "passed       test_exec_accuracy: 0.65 reaches 0.6, that of the baseline 'seed'; a bypass was not needed: a demo"
        )
        #expect(needless.bypassed.isEmpty)
        #expect(GateBypass(name: "x", reason: " one\n\ttwo \r\n").reason == "one two")
    }

    @Test(
        "A bypass that makes no sense is refused",
        arguments: [
            (
                [GateBypass(name: "test_exec_acuracy", reason: "x")],
                "error: there is no gate 'test_exec_acuracy' to bypass; did you mean 'test_exec_accuracy'?"
            ),
            (
                [GateBypass(name: "contamination", reason: "x")],
                "error: there is no gate 'contamination' to bypass; known: test_exec_accuracy"
            ),
            (
                [GateBypass(name: "test_exec_accuracy", reason: "\u{1B}[2Jx")],
                "error: the reason to bypass the gate 'test_exec_accuracy' has a control character; write plain text"
            ),
            (
                [GateBypass(name: "test_exec_accuracy", reason: " \n")],
                "error: the bypass of the gate 'test_exec_accuracy' needs a reason, which is kept in the record"
            ),
            (
                [
                    GateBypass(name: "test_exec_accuracy", reason: "x"),
                    GateBypass(name: "test_exec_accuracy", reason: "y"),
                ],
                "error: the gate 'test_exec_accuracy' is bypassed twice; give one reason"
            ),
        ])
    func wrongBypass(bypasses: [GateBypass], message: String) throws {
        do {
            _ = try GateSamples.decide(point, try accuracies(130, 120), bypasses: bypasses)
            Issue.record("it was not refused")
        } catch {
            #expect(FailureRenderer.render(error) == message)
        }
    }

    @Test("Without gates there is nothing to pass")
    func none() throws {
        let decision = try GateDecision(
            GateInputs(
                runID: "demo-1", gates: QualityGates(baseline: .untrainedStudent, gates: []), models: [],
                isFirstVersion: true, seed: 1))
        #expect(decision.outcome == .passed && decision.lines == ["there are no gates to pass"])
    }

    @Test(
        "Scores that are no evaluation are refused",
        arguments: [
            (
                [("a1", 1.0), ("a1", 0.0)],
                "error: the input_id 'a1' stands twice in an evaluation; evaluate each input once"
            ),
            (
                [("a1", Double.nan)],
                "error: the score of the input_id 'a1' is not a number; a row that cannot be decided has none"
            ),
        ])
    func wrongScores(scores: [(String, Double)], message: String) {
        do throws(Failure) {
            _ = try MetricScores(scores.map { ($0.0, $0.1) })
            Issue.record("it was not refused")
        } catch {
            #expect(FailureRenderer.render(error) == message)
        }
    }
}
