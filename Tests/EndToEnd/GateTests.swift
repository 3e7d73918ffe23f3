import Blocking
import DataPlane
import Foundation
import Testing
import TrainingPlane

/// `fastdistill gate` and `fastdistill promote` on runs that have been evaluated.
@Suite("Gates and releases on the command line", .blocking)
struct GateTests {
    private static let gates = """
        fastdistill: 1
        gates:
          - {metric: test_exec_accuracy, rule: point, against: baseline, minimum_rows: 10}
          - {metric: executable_rate, at_least: 0.5, minimum_rows: 10}

        """

    /// A run whose student got `right` of 100 rows right, and whose baseline got 60.
    private static func evaluated(
        right: Int, baseline: String = "small-baseline", runs: String = "runs", in workspace: Workspace
    ) throws -> RunFolder {
        try workspace.run(["--quiet"], runs: runs)
        let run = try workspace.runFolder(in: runs)
        for (role, name, right) in [(ModelRole.student, "small-student", right), (.baseline, baseline, 60)] {
            let scores = (0..<100).map { ("row-\($0)", Double?.some($0 < right ? 1 : 0)) }
            try EvaluationRecord(
                model: EvaluatedModel(
                    role: role, name: name,
                    measurements: [
                        "test_exec_accuracy": .scores(try MetricScores(scores)),
                        "executable_rate": .figure(0.9, rows: 100),
                    ])
            ).write(folder: run.path + "/evaluation")
        }
        try workspace.folder.write("student/model.bin", "weights")
        return run
    }

    private static func workspace(gates: String = gates) throws -> Workspace {
        let workspace = try Workspace(
            graph: Graphs.plain.replacingOccurrences(of: "shard_rows", with: "gates: gates.yaml\nshard_rows"))
        try workspace.folder.write("gates.yaml", gates)
        try workspace.folder.write("lines.jsonl", lines(["one line", "two lines"]))
        return workspace
    }

    @Test("A student that passes: a line for each gate, status 0, and it can be released; the next is compared with it")
    func passes() throws {
        let workspace = try Self.workspace()
        let run = try Self.evaluated(right: 70, in: workspace)
        let early = try workspace.command(["promote", run.path])
        #expect(early.status == 2)
        #expect(
            early.errors
                == "error: the gates of the run '\(run.runID)' have not been decided; decide them with 'fastdistill gate \(run.path)'\n"
        )
        let result = try workspace.command(["gate", run.path])
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output == """
                passed       test_exec_accuracy: 0.7 reaches 0.6, that of the baseline 'small-baseline'
                passed       executable_rate: 0.9 reaches 0.5
                the student passes: 2 of 2 gates passed
                  record    \(run.path)/gates/decision.json

                """)
        let decision = try json(run.path + "/gates/decision.json")
        #expect(decision["outcome"]?.string == "passed" && decision["first_version"] == .bool(true))

        let without = try workspace.command(["promote", run.path])
        #expect(without.status == 2)
        #expect(
            without.errors
                == "error: no student was trained in the run '\(run.runID)'; name the model's file or folder with --model\n"
        )
        let released = try workspace.command(["promote", run.path, "--as", "demo", "--model", "student"])
        #expect(released.status == 0, "\(released)")
        #expect(released.output == "released demo 1: models/demo/1\n")
        #expect(FileManager.default.fileExists(atPath: workspace.folder.file("models/demo/1/model/model.bin")))
        let twice = try workspace.command(["promote", run.path, "--as", "demo", "--model", "student"])
        #expect(twice.status == 2)
        #expect(
            twice.errors
                == "error: the student of the run '\(run.runID)' is released already, as 'demo 1'; name another version with "
                + "--as-version to release it again\n")
        // Its own release is no previous version of it.
        #expect(try workspace.command(["gate", run.path, "--as", "demo"]).output == result.output)

        try workspace.folder.write("gates.yaml", Self.gates.replacingOccurrences(of: "baseline,", with: "previous,"))
        let next = try Self.evaluated(right: 65, runs: "next", in: workspace)
        let second = try workspace.command(["gate", next.path, "--as", "demo"])
        #expect(second.status == 4)
        #expect(
            second.output.hasPrefix(
                "failed       test_exec_accuracy: 0.65 does not reach 0.7, that of the previous version 'demo 1'\n"),
            "\(second)")
        let refused = try workspace.command(["promote", next.path, "--as", "demo", "--model", "student"])
        #expect(refused.status == 2)
        #expect(refused.errors == "error: 'demo' is not released: the student does not pass: test_exec_accuracy\n")
    }

    @Test("A student that fails ends with 4, and with 0 by a bypass, which every later report tells")
    func bypass() throws {
        let workspace = try Self.workspace()
        let run = try Self.evaluated(right: 50, in: workspace)
        #expect(try workspace.command(["gate", run.path]).status == 4)
        let unreasoned = try workspace.command(["gate", run.path, "--bypass-gate", "test_exec_accuracy"])
        #expect(unreasoned.status == 2)
        #expect(
            unreasoned.errors
                == "error: 1 --bypass-gate and 0 --reason are given; each bypass needs a reason of its own\n")
        let unknown = try workspace.command(["gate", run.path, "--bypass-gate", "test_exec", "--reason", "hurry"])
        #expect(unknown.status == 2)
        #expect(
            unknown.errors
                == "error: there is no gate 'test_exec' to bypass; known: test_exec_accuracy, executable_rate\n")
        let result = try workspace.command(
            ["gate", run.path, "--bypass-gate", "test_exec_accuracy", "--reason", "only a demonstration"])
        #expect(result.status == 0)
        #expect(
            result.output.hasPrefix(
                "bypassed     test_exec_accuracy: 0.5 does not reach 0.6, that of the baseline 'small-baseline'; failed, "
                    + "but bypassed: only a demonstration\n"), "\(result)")
        let released = try workspace.command(["promote", run.path, "--model", "student"])
        #expect(
            released.output
                == "released small 1: models/small/1\n  warning: the gate 'test_exec_accuracy' was bypassed: only a demonstration\n"
        )
        // The reports of before the decision tell it, too, and are those that the next start of the run writes.
        let sentence = "the gate 'test_exec_accuracy' was bypassed: only a demonstration"
        let files = ["quality.md", "quality.json"].map { "\(run.path)/reports/\($0)" }
        let told = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
        #expect(told[0].hasPrefix("# Quality of small\n\n**Warning: \(sentence)**\n\n2 source rows: "), "\(told[0])")
        #expect(try run.quality["bypassed_gates"] == [.string(sentence)])
        let again = try workspace.run(["--quiet"])
        #expect(again.output.contains("  warning: \(sentence)\n"))
        #expect(try files.map { try String(contentsOfFile: $0, encoding: .utf8) } == told)
        // So does what compares the run with another.
        let difference = try workspace.command(["diff", run.path, run.path])
        #expect(
            difference.output.hasSuffix("no difference\nwarning: in A \(sentence)\nwarning: in B \(sentence)\n"),
            "\(difference)")
        let compared = try JSONParser().parse(try workspace.command(["diff", run.path, run.path, "--json"]).output)
        #expect(compared["bypassed_gates"] == ["A": [.string(sentence)], "B": [.string(sentence)]])

        // A decision without it takes it back.
        #expect(try workspace.command(["gate", run.path]).status == 4)
        #expect(try run.quality["bypassed_gates"] == [])
        let page = try String(contentsOfFile: files[0], encoding: .utf8)
        #expect(page == told[0].replacingOccurrences(of: "**Warning: \(sentence)**\n\n", with: ""))
    }

    @Test("Records of another run, and a version before that is no longer the last, are not decided on")
    func strangeRecords() throws {
        let workspace = try Self.workspace()
        let run = try Self.evaluated(right: 70, in: workspace)
        var baseline = try #require(try EvaluationRecord.load(.baseline, folder: run.path + "/evaluation"))
        baseline.details = ["contract_hash": "of another"]
        try baseline.write(folder: run.path + "/evaluation")
        #expect(
            try workspace.command(["gate", run.path]).errors
                == "error: the record of the baseline in '\(run.path)/evaluation' is of another run; evaluate again with "
                + "'fastdistill evaluate \(run.path)'\n")
        baseline.details = [:]
        try baseline.write(folder: run.path + "/evaluation")
        var previous = baseline
        (previous.model.role, previous.model.name) = (.previous, "demo 1")
        previous.details = ["served": "previous", "model_sha256": "of another"]
        try previous.write(folder: run.path + "/evaluation")
        #expect(
            try workspace.command(["gate", run.path]).errors
                == "error: 'demo 1' was evaluated as the previous version, and the last one released is none by now; evaluate "
                + "again with 'fastdistill evaluate \(run.path)'\n")
    }

    @Test("Control characters of names reach no terminal")
    func controlCharacters() throws {
        let workspace = try Self.workspace()
        let run = try Self.evaluated(right: 70, baseline: "small\u{1B}[2J", in: workspace)
        let result = try workspace.command(["gate", run.path])
        #expect(
            result.output.hasPrefix(
                #"passed       test_exec_accuracy: 0.7 reaches 0.6, that of the baseline 'small\u{1B}[2J'"# + "\n"))
        let refused = try workspace.command(["gate", run.path, "--bypass-gate", "\u{1B}[2J", "--reason", "x"])
        #expect(refused.errors.hasPrefix(#"error: there is no gate '\u{1B}[2J' to bypass; "#), "\(refused)")
        let reason = try workspace.command(
            ["gate", run.path, "--bypass-gate", "test_exec_accuracy", "--reason", "\u{1B}[2J"])
        #expect(
            reason.errors
                == "error: the reason to bypass the gate 'test_exec_accuracy' has a control character; write plain text\n"
        )
    }

    @Test("What cannot be decided ends with 5")
    func undecidable() throws {
        let workspace = try Self.workspace(
            gates: Self.gates.replacingOccurrences(of: "minimum_rows: 10", with: "minimum_rows: 500"))
        let run = try Self.evaluated(right: 70, in: workspace)
        let result = try workspace.command(["gate", run.path])
        #expect(result.status == 5)
        #expect(
            result.output.hasPrefix(
                "undecidable  test_exec_accuracy: 100 of the student's rows can be decided, 500 are needed\n"),
            "\(result)")
    }

    @Test("Without a run, records or gates, and with other gate values, nothing is decided")
    func refusals() throws {
        let workspace = try Self.workspace()
        let none = try workspace.command(["gate", "runs/none"])
        #expect(none.status == 2)
        #expect(
            none.errors == "error: there is no run in 'runs/none': it has no run.json; name the folder of a run\n")
        try workspace.run(["--quiet"])
        let run = try workspace.runFolder()
        let bare = try workspace.command(["gate", run.path])
        #expect(bare.status == 2)
        #expect(
            bare.errors == "error: nothing was evaluated in the run '\(run.runID)'; evaluate its student first\n")
        try workspace.folder.write("gates.yaml", Self.gates.replacingOccurrences(of: "0.5", with: "0.1"))
        let other = try workspace.command(["gate", run.path])
        #expect(other.status == 2)
        #expect(
            other.errors.contains(
                "error: the gates have other values than when the run '\(run.runID)' began: other values are another run "
                    + "with an evaluation of its own; run the graph again, or restore the values\n"), "\(other)")
        try workspace.folder.write(
            "gates.yaml", Self.gates.replacingOccurrences(of: "gates:", with: "baseline: {model: other}\ngates:"))
        let named = try Self.evaluated(right: 70, runs: "named", in: workspace)
        #expect(
            try workspace.command(["gate", named.path]).errors
                == "error: the gates compare with the baseline 'other', and 'small-baseline' was evaluated as the baseline; "
                + "evaluate the one that the gates name\n")
    }
}
