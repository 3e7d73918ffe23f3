import DataPlane
import Testing

@testable import TrainingPlane

@Suite("The record of a gate decision")
struct GateRecordTests {
    private func decision(_ gate: String) throws -> GateDecision {
        try GateSamples.decide(
            gate,
            [
                GateSamples.model(.student, try GateSamples.share(130, of: 200)),
                GateSamples.model(.baseline, try GateSamples.share(120, of: 200)),
            ])
    }

    private let paired = "  - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline}"

    @Test("It holds every input and every reason")
    func json() throws {
        let json = try decision(paired).json
        #expect(json["format"] == "fastdistill.gate-decision/1")
        #expect(json["outcome"] == "passed" && json["exit_status"] == 0)
        #expect(json["bootstrap"] == ["seed": 1, "resamples": 9999])
        let student = try #require(json["models"]?.array?.first)
        #expect(student["role"] == "student" && student["name"] == "sprig")
        let metric = try #require(student["metrics"]?["test_exec_accuracy"])
        #expect(metric["estimate"] == 0.65 && metric["method"] == "wilson" && metric["rows"] == 200)
        #expect(
            metric["interval"]?["lower"]?.double == Interval.wilson(successes: 130, of: 200, confidence: 0.95).lower)
        let gate = try #require(json["gates"]?.array?.first)
        #expect(gate["name"] == "test_exec_accuracy" && gate["bypass"] == JSONValue.null)
        let comparison = try #require(gate["comparisons"]?.array?.first)
        #expect(comparison["against"] == "baseline" && comparison["finding"] == "reached")
        #expect(comparison["threshold"] == 0)
        let lead = try #require(comparison["lead"])
        #expect(lead["rows"] == 200 && lead["mean"] == 0.05 && lead["wins"] == 10 && lead["losses"] == 0)
        #expect(lead["mcnemar_p"]?.double == McNemar(wins: 10, losses: 0).pValue)
    }

    @Test("The same inputs give the same bytes, in whatever order the rows came")
    func deterministic() throws {
        let rows = (0..<150).map { ("id\($0)", Double($0 % 3) / 2) }
        let models = { (rows: [(String, Double)]) in
            [
                GateSamples.model(.student, winRate: try MetricScores(rows.map { ($0.0, $0.1) })),
                GateSamples.model(.teacher, winRate: try MetricScores(rows.map { ($0.0, 1 - $0.1) })),
            ]
        }
        let gate = "  - {metric: online_win_rate, rule: paired_lower_bound, against: teacher}"
        let first = try GateSamples.decide(gate, try models(rows)).json.pretty
        #expect(try GateSamples.decide(gate, try models(rows.reversed())).json.pretty == first)
    }

    @Test("It is written to the run, and again with a bypass")
    func write() throws {
        let folder = try TemporaryFolder()
        try decision(paired).write(runDirectory: folder.path)
        let path = folder.file("gates/decision.json")
        let text = String(decoding: try readFile(path), as: UTF8.self)
        #expect(text == (try decision(paired).json.pretty))
        try decision(paired).write(runDirectory: folder.path)
    }

    @Test("Other gate values under the same run are refused, and the record stays")
    func otherValues() throws {
        let folder = try TemporaryFolder()
        try decision(paired).write(runDirectory: folder.path)
        let path = folder.file("gates/decision.json")
        let before = try readFile(path)
        do {
            let other = "  - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline, margin: 0.1}"
            try decision(other).write(runDirectory: folder.path)
            Issue.record("it was not refused")
        } catch {
            #expect(
                FailureRenderer.render(error) == """
                    error: the run 'demo-1' was decided with other gate values: other values are another run with an evaluation of its own; start it without --run-id, or restore the values in '\(path)'
                    """)
        }
        #expect(try readFile(path) == before)
        // A name is no value.
        let named = "  - {name: main, metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline}"
        try decision(named).write(runDirectory: folder.path)
    }

    @Test("Something else in its place is refused")
    func noRecord() throws {
        let folder = try TemporaryFolder()
        try createFolder(folder.file("gates"))
        let path = try folder.write("gates/decision.json", "{}")
        do {
            try decision(paired).write(runDirectory: folder.path)
            Issue.record("it was not refused")
        } catch {
            #expect(
                FailureRenderer.render(error)
                    == "error: '\(path)' is not a record of a gate decision; move it away and decide again")
        }
    }
}
