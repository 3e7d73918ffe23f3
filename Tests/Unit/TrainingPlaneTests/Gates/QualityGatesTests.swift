import DataPlane
import Foundation
import Testing

@testable import TrainingPlane

@Suite("The gates file")
struct QualityGatesTests {
    private func read(_ text: String) throws -> QualityGates {
        try QualityGates.read(try YAMLDocument.parse(Array(text.utf8), path: "gates.yaml"))
    }

    private func messages(_ text: String) -> String {
        do { _ = try read(text) } catch { return FailureRenderer.render(error) }
        return ""
    }

    @Test("The template is read, and says what the design asks for")
    func template() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../../configs/quality_gates.yaml").standardizedFileURL.path
        let gates = try QualityGates.load(path)
        #expect(gates.baseline == .untrainedStudent)
        #expect(gates.gates.map(\.metric) == [.testExecAccuracy, .onlineWinRate])
        #expect(gates.gates.map(\.rule) == [.point, .point])
        #expect(gates.gates.map(\.against) == [[.model(.baseline)], [.model(.teacher), .model(.previous)]])
        #expect(gates.gates.map(\.figure) == [.estimate, .lowerBound])
        #expect(gates.gates.map(\.confidence) == [0.95, 0.95])
        #expect(gates.gates.map(\.minimumRows) == [100, 100])
    }

    @Test("Its values are complete, in canonical JSON")
    func values() throws {
        let gates = try read(
            """
            fastdistill: 1
            baseline: {model: small-chat}
            gates:
              - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline, margin: 0.02, minimum_rows: 500}
              - {metric: online_win_rate, rule: point, against: [previous, value], value: 0.5, confidence: 0.9}
            """)
        #expect(gates.baseline == .model("small-chat"))
        #expect(gates.gates[1].location.line == 5)
        #expect(
            gates.values.canonical
                == #"{"baseline":{"model":"small-chat"},"gates":["#
                + #"{"against":["baseline"],"confidence":0.95,"figure":"estimate","margin":0.02,"#
                + #""metric":"test_exec_accuracy","minimum_rows":500,"rule":"paired_lower_bound"},"#
                + #"{"against":["previous",{"value":0.5}],"confidence":0.9,"figure":"estimate","margin":0,"#
                + #""metric":"online_win_rate","minimum_rows":100,"rule":"point"}]}"#)
    }

    @Test("A threshold of 0 is a threshold, and the same whether written 0 or 0.0")
    func zero() throws {
        let text = "fastdistill: 1\ngates: [{metric: online_win_rate, rule: point, against: value, value: 0}]"
        #expect(try read(text).gates[0].against == [.value(0)])
        let other = text.replacing("value: 0}", with: "value: 0.0, margin: 0}")
        #expect(try read(text).values.canonical == read(other).values.canonical)
    }

    @Test("A file without any gate, which every student would pass, is refused")
    func none() throws {
        #expect(
            messages("fastdistill: 1\ngates: []") == """
                gates.yaml:2:8: error: there is no gate, so that any student would pass; write one, or leave 'gates' out of the graph
                gates: []
                       ^
                """)
        #expect(
            try read("fastdistill: 1\ngates: []\nmaximum_contamination: 0").values.canonical
                == #"{"baseline":{"model":"untrained_student"},"gates":[],"maximum_contamination":0}"#)
    }

    @Test("Empty names and models named twice are refused")
    func empty() {
        let message = messages(
            """
            fastdistill: 1
            gates:
              - {metric: test_exec_accuracy, rule: point, against: [baseline, baseline], name: ""}
              - {metric: "", at_least: 1}
            """)
        #expect(
            message == """
                gates.yaml:3:56: error: 'against' of a gate names 'baseline' twice
                  - {metric: test_exec_accuracy, rule: point, against: [baseline, baseline], name: ""}
                                                                       ^
                gates.yaml:3:84: error: 'name' of a gate is empty
                  - {metric: test_exec_accuracy, rule: point, against: [baseline, baseline], name: ""}
                                                                                                   ^
                gates.yaml:4:14: error: 'metric' of a gate is empty
                  - {metric: "", at_least: 1}
                             ^
                """)
    }

    private static let wrong = """
        fastdistill: 2
        baseline: {modle: x}
        gates:
          - {metric: test_accuracy, rule: points, against: teachers}
          - {metric: online_win_rate}
          - {metric: online_win_rate, rule: point, against: value, margin: 2, confidence: 1, minimum_rows: 0}
          - {metric: online_win_rate, rule: paired_lower_bound, against: value, value: 0.5, figure: estimate}
          - {metric: online_win_rate, rule: point, against: teacher, value: 0.5, threshold: 0.5}
          - {metric: online_win_rate, rule: point, against: teacher}
          - {metric: online_win_rate, rule: point, against: []}
          - none
        """

    @Test("Everything that is wrong is said at once, with its place")
    func wrong() {
        #expect(messages(Self.wrong) == Self.expected)
    }

    private static let expected = """
        gates.yaml:1:14: error: this program reads version 1 of the gates file; write fastdistill: 1
        fastdistill: 2
                     ^
        gates.yaml:2:12: error: unknown key 'modle' in 'baseline'; did you mean 'model'?
        baseline: {modle: x}
                   ^
        gates.yaml:4:14: error: 'metric' of a gate cannot be 'test_accuracy'; known: test_exec_accuracy, online_win_rate; any other takes 'at_least' or 'at_most' instead of a rule
          - {metric: test_accuracy, rule: points, against: teachers}
                     ^
        gates.yaml:4:35: error: 'rule' of a gate cannot be 'points'; did you mean 'point'?
          - {metric: test_accuracy, rule: points, against: teachers}
                                          ^
        gates.yaml:4:52: error: 'against' of a gate cannot be 'teachers'; did you mean 'teacher'?
          - {metric: test_accuracy, rule: points, against: teachers}
                                                           ^
        gates.yaml:5:5: error: 'rule' of a gate is missing
          - {metric: online_win_rate}
            ^
        gates.yaml:5:5: error: 'against' of a gate is missing
          - {metric: online_win_rate}
            ^
        gates.yaml:6:53: error: 'against: value' needs 'value' with the threshold
          - {metric: online_win_rate, rule: point, against: value, margin: 2, confidence: 1, minimum_rows: 0}
                                                            ^
        gates.yaml:6:68: error: 'margin' of a gate must be between 0 and 1, not 2
          - {metric: online_win_rate, rule: point, against: value, margin: 2, confidence: 1, minimum_rows: 0}
                                                                           ^
        gates.yaml:6:83: error: 'confidence' of a gate must be between 0.5 and 0.9999, not 1
          - {metric: online_win_rate, rule: point, against: value, margin: 2, confidence: 1, minimum_rows: 0}
                                                                                          ^
        gates.yaml:6:100: error: 'minimum_rows' of a gate must be between 1 and 1000000000, not 0
          - {metric: online_win_rate, rule: point, against: value, margin: 2, confidence: 1, minimum_rows: 0}
                                                                                                           ^
        gates.yaml:7:37: error: paired_lower_bound compares row by row with another model; with 'against: value' write 'rule: point'
          - {metric: online_win_rate, rule: paired_lower_bound, against: value, value: 0.5, figure: estimate}
                                            ^
        gates.yaml:7:93: error: 'figure' goes with 'rule: point'; paired_lower_bound compares row by row
          - {metric: online_win_rate, rule: paired_lower_bound, against: value, value: 0.5, figure: estimate}
                                                                                                    ^
        gates.yaml:8:69: error: 'value' goes with 'against: value'
          - {metric: online_win_rate, rule: point, against: teacher, value: 0.5, threshold: 0.5}
                                                                            ^
        gates.yaml:8:74: error: unknown key 'threshold' in a gate; known: name, metric, rule, against, value, figure, margin, confidence, minimum_rows, at_least, at_most
          - {metric: online_win_rate, rule: point, against: teacher, value: 0.5, threshold: 0.5}
                                                                                 ^
        gates.yaml:9:5: error: this gate stands twice; the first is in line 8
          - {metric: online_win_rate, rule: point, against: teacher}
            ^
        gates.yaml:10:53: error: 'against' of a gate names nothing to compare with
          - {metric: online_win_rate, rule: point, against: []}
                                                            ^
        gates.yaml:11:5: error: a gate must be a map, not a string
          - none
            ^
        """

    @Test(
        "A file without its parts",
        arguments: [
            ("[]", "gates.yaml:1:1: error: the gates file must be a map, not a list\n[]\n^"),
            (
                "fastdistill: 1",
                "gates.yaml:1:1: error: 'gates' is missing; it lists what a student has to pass\nfastdistill: 1\n^"
            ),
            (
                "maximum_contamination: 0\ngates: []",
                "gates.yaml:1:1: error: 'fastdistill: 1' is missing; it says which version of the gates file this is\n"
                    + "maximum_contamination: 0\n^"
            ),
        ])
    func parts(text: String, expected: String) {
        #expect(messages(text) == expected)
    }

    @Test("Keys spelled wrong are reported once")
    func misspelled() {
        let expected = """
            gates.yaml:2:10: error: unknown key 'metrc' in a gate; did you mean 'metric'?
            gates: [{metrc: online_win_rate, rule: point, agianst: teacher}]
                     ^
            gates.yaml:2:47: error: unknown key 'agianst' in a gate; did you mean 'against'?
            gates: [{metrc: online_win_rate, rule: point, agianst: teacher}]
                                                          ^
            """
        let text = "fastdistill: 1\ngates: [{metrc: online_win_rate, rule: point, agianst: teacher}]"
        #expect(messages(text) == expected)
    }

    @Test("Bounds of further metrics, names, and the contamination belong to the values, but not the names")
    func further() throws {
        let gates = try read(
            """
            fastdistill: 1
            maximum_contamination: 0
            gates:
              - {metric: latency_p90_ms, at_most: 800}
              - {metric: latency_p90_ms, at_most: 400, minimum_rows: 20}
              - {name: fair, metric: online_win_rate, rule: point, against: value, value: 0.5}
            """)
        #expect(gates.names == ["latency_p90_ms", "latency_p90_ms-2", "fair", "contamination"])
        #expect(gates.gates[0].metric == .further("latency_p90_ms") && gates.gates[0].against == [.value(800)])
        #expect(
            gates.values.canonical
                == #"{"baseline":{"model":"untrained_student"},"gates":["#
                + #"{"against":[{"value":800}],"confidence":0.95,"figure":"estimate","margin":0,"#
                + #""metric":"latency_p90_ms","minimum_rows":100,"rule":"at_most"},"#
                + #"{"against":[{"value":400}],"confidence":0.95,"figure":"estimate","margin":0,"#
                + #""metric":"latency_p90_ms","minimum_rows":20,"rule":"at_most"},"#
                + #"{"against":[{"value":0.5}],"confidence":0.95,"figure":"estimate","margin":0,"#
                + #""metric":"online_win_rate","minimum_rows":100,"rule":"point"}],"maximum_contamination":0}"#)
    }

    @Test("What is wrong with bounds and names")
    func wrongBounds() {
        let text = """
            fastdistill: 1
            maximum_contamination: 2
            gates:
              - {metric: executable_rate, rule: point, at_least: 0.9}
              - {metric: executable_rate, at_least: 0.8, at_most: 0.9}
              - {metric: latency_p90_ms, at_most: fast}
              - {metric: latency_p90_ms, at_most: 800}
              - {name: latency_p90_ms, metric: tokens, at_most: 900}
              - {name: contamination, metric: tokens, at_most: 950}
              - {at_most: 900}
            """
        let expected = """
            gates.yaml:2:24: error: 'maximum_contamination' must be between 0 and 1, not 2
            maximum_contamination: 2
                                   ^
            gates.yaml:4:37: error: 'rule' does not go with 'at_least', which is the whole rule
              - {metric: executable_rate, rule: point, at_least: 0.9}
                                                ^
            gates.yaml:5:55: error: a gate has 'at_least' or 'at_most'; write two gates
              - {metric: executable_rate, at_least: 0.8, at_most: 0.9}
                                                                  ^
            gates.yaml:6:39: error: 'at_most' of a gate must be a number, not a string
              - {metric: latency_p90_ms, at_most: fast}
                                                  ^
            gates.yaml:8:5: error: this gate is called 'latency_p90_ms', as the one in line 7 is; give it another 'name'
              - {name: latency_p90_ms, metric: tokens, at_most: 900}
                ^
            gates.yaml:9:5: error: the name 'contamination' is that of the gate 'maximum_contamination'; choose another
              - {name: contamination, metric: tokens, at_most: 950}
                ^
            gates.yaml:10:5: error: 'metric' of a gate is missing
              - {at_most: 900}
                ^
            """
        #expect(messages(text) == expected)
    }

    @Test("Thresholds are finite numbers")
    func finite() {
        for text in ["1e400", "-1e400", ".nan", ".inf", "-.INF"] {
            #expect(
                messages("fastdistill: 1\ngates: [{metric: tokens, at_most: \(text)}]") == """
                    gates.yaml:2:35: error: 'at_most' of a gate must be a finite number, not \(text)
                    gates: [{metric: tokens, at_most: \(text)}]
                                                      ^
                    """)
        }
    }

    @Test("A name is one line, also where it is that of the metric")
    func controlCharacters() {
        let text = #"""
            fastdistill: 1
            gates:
              - {name: "fair\ngate passed", metric: tokens, at_most: 1}
              - {metric: "tokens\e[2J", at_most: 2}
            """#
        #expect(
            messages(text) == #"""
                gates.yaml:3:12: error: 'name' of a gate has a control character; write plain text
                  - {name: "fair\ngate passed", metric: tokens, at_most: 1}
                           ^
                gates.yaml:4:14: error: 'metric' of a gate has a control character; write plain text
                  - {metric: "tokens\e[2J", at_most: 2}
                             ^
                """#)
    }

    @Test("A thousand gates are read, and more are refused where they begin to be too many")
    func tooMany() throws {
        let lines = (1...2000).map { "  - {metric: tokens, at_most: \($0)}\n" }
        let start = "fastdistill: 1\ngates:\n"
        #expect(try read(start + lines.prefix(1000).joined()).names.last == "tokens-1000")
        #expect(
            messages(start + lines.joined()) == """
                gates.yaml:1003:5: error: a gates file has at most 1000 gates, and this one has 2000; remove those from here on
                  - {metric: tokens, at_most: 1001}
                    ^
                """)
    }

    @Test("A file that is not there")
    func missing() {
        #expect(throws: Failures.self) { try QualityGates.load("/nonexistent/gates.yaml") }
    }
}
