import Blocking
import Foundation
import Testing

/// What is wrong with a graph that does everything is said before it costs anything.
@Suite("Graphs, inputs and trainers that a run is not begun with", .serialized, .blocking)
struct LoopRefusalTests {
    @Test("What an evaluation will need is looked at before anything is asked")
    func inputsOfTheEvaluation() throws {
        let shop = try Shop()
        let folder = shop.workspace.folder
        func expect(_ message: String, _ path: String, _ text: String) throws {
            let right = try? String(contentsOfFile: folder.file(path), encoding: .utf8)
            try folder.write(path, text)
            let result = try shop.workspace.run(["--quiet"], expecting: 2)
            #expect(result.errors.contains(message), "\(result)")
            if let right {
                try folder.write(path, right)
            } else {
                try FileManager.default.removeItem(atPath: folder.file("models"))
            }
        }
        try expect(
            "feedback.jsonl:1: 'outcome' is 'won'; did you mean 'win'?\n", "feedback.jsonl",
            #"{"input_id": "a", "model": "student", "outcome": "won"}"# + "\n")
        try expect("feedback.jsonl, line 1: ", "feedback.jsonl", "{\n")
        try expect(
            "error: the evaluation graph 'evaluate-shop' has no rows to ask anything; there is nothing in 'test.jsonl'\n",
            "test.jsonl", "")
        try expect(
            "error: 'models/shop/1/record.json' is no record of a student; restore it, or move its folder out of the "
                + "registry\n", "models/shop/1/record.json", "{}")
        let gates = Shop.passing
        try expect(
            "error: 'evaluate' does not measure 'latency_p99_ms', which a gate asks for; did you mean 'latency_p90_ms'?\n",
            "gates.yaml", gates.replacingOccurrences(of: "executable_rate", with: "latency_p99_ms"))
        let graph = try String(contentsOfFile: folder.file("graph.yaml"), encoding: .utf8)
        try expect(
            "error: 'evaluate' does not measure 'executable_rate', which a gate asks for; name the column under 'executable'\n",
            "graph.yaml", graph.replacingOccurrences(of: "  executable: execute.status\n", with: ""))
        try expect(
            "error: 'evaluate' does not measure 'online_win_rate', which a gate asks for; give it 'pairs' or 'feedback'\n",
            "graph.yaml", graph.replacingOccurrences(of: "  feedback: feedback.jsonl\n", with: ""))
        try expect(
            "error: the gate 'test_exec_accuracy' compares with the baseline, which 'evaluate' does not ask; add 'baseline' "
                + "to its 'models'\n", "graph.yaml",
            graph.replacingOccurrences(of: "    baseline: {provider: small, serve: untrained}\n", with: ""))
        #expect(try shop.requestsOfTeacher() == 0)
    }

    @Test("A test question among the training data ends the run before anything is trained")
    func leaks() throws {
        let shop = try Shop(leaks: true)
        let result = try shop.workspace.run(["--quiet"], expecting: 2)
        #expect(
            result.errors.hasPrefix(
                "error: 15 rows of the training data have the contamination key of a test row: 'train.jsonl:16', "),
            "\(result)")
        let run = try shop.workspace.runFolder()
        #expect(!FileManager.default.fileExists(atPath: run.path + "/train"))
        #expect(!FileManager.default.fileExists(atPath: run.path + "/export/export.json"))
    }

    @Test("What an evaluation graph cannot be is said before anything is asked")
    func evaluationGraphs() throws {
        let shop = try Shop()
        let file = shop.workspace.folder.file("evaluate.yaml")
        let right = try String(contentsOfFile: file, encoding: .utf8)
        let (named, chance) = ("the evaluation graph 'evaluate-shop'", "models are compared by their likeliest answers")
        for (old, new, words) in [
            (
                "max_tokens: 32, temperature: 0", "n: 3, max_tokens: 32, temperature: 0",
                "\(named) asks for 3 candidates at node 'answer'; an evaluation takes one"
            ),
            (
                "max_tokens: 32, temperature: 0", "max_tokens: 32",
                "\(named) leaves answers to chance at node 'answer'; \(chance), so give its decode profile 'greedy' "
                    + "'temperature: 0'"
            ),
            (
                "id: canonical", "id: canon",
                "error: test rows could not be found in the training data: no column tagged contamination_key is in all graphs, "
                    + "of which 'shop' has 'canonical.text', 'evaluate-shop' has 'canon.text'; call their nodes alike\n"
            ),
            ("role: student", "role: teacher", "\(named) asks no role 'student'; "),
            ("id: compare", "id: compared", "\(named) has no column 'compare.verdict' for the verdict; did you mean"),
        ] {
            var graph = right.replacingOccurrences(of: old, with: new)
            if new == "id: canon" { graph = graph.replacingOccurrences(of: "canonical.text", with: "canon.text") }
            try shop.workspace.folder.write("evaluate.yaml", graph)
            let result = try shop.workspace.run(["--quiet"], expecting: 2)
            #expect(result.errors.contains(words), "\(result)")
        }
        #expect(try shop.requestsOfTeacher() == 0)
    }

    @Test("What a trainer's Python lacks is found out before it is started")
    func packages() throws {
        let shop = try Shop()
        let graph = try String(contentsOfFile: shop.workspace.folder.file("graph.yaml"), encoding: .utf8)
        try shop.workspace.folder.write(
            "graph.yaml",
            graph.replacingOccurrences(
                of: "outputs: {model:", with: "packages: [no-such-trainer]\n    outputs: {model:"))
        let result = try shop.workspace.run(["--quiet"], expecting: 2)
        #expect(
            result.errors.contains(
                "error: trainer: 'python3' lacks no-such-trainer transformers; install with: python3 -m pip install "
                    + "no-such-trainer transformers\n"), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: try shop.workspace.runFolder().path + "/train/train.log"))
    }

    @Test("What only a step of the evaluation can judge is found out before anything is asked")
    func stepsOfTheEvaluation() throws {
        let shop = try Shop()
        let graph = try String(contentsOfFile: shop.workspace.folder.file("evaluate.yaml"), encoding: .utf8)
        let rules = "  - {id: rules, use: rules/check, in: {text: parse.sql}, with: {pattern: \"(\"}}\n"
        try shop.workspace.folder.write(
            "evaluate.yaml",
            graph.replacingOccurrences(of: "text2sql: ^1.0}", with: "text2sql: ^1.0, rules: ^1.0}") + rules)
        let result = try shop.workspace.run(["--quiet"], expecting: 2)
        #expect(result.errors.contains("evaluate.yaml:"), "\(result)")
        #expect(try shop.requestsOfTeacher() == 0)
    }
}
