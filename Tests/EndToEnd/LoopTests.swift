import Blocking
import DataPlane
import Foundation
import Testing

/// The whole way in one command: distil, train, serve, evaluate, decide.
@Suite("From a teacher to a student that has passed its gates", .serialized, .blocking)
struct LoopTests {
    /// How a host can be ended, and with what status it does.
    private static let ends: [(signal: Int32, status: Int32)] = [(SIGINT, 130), (SIGKILL, 137)]

    @Test("One command does it all; the student passes, is released, and the next one is compared with it")
    func passes() throws {
        let shop = try Shop()
        let result = try shop.workspace.run(["--quiet"])
        let run = try shop.workspace.runFolder()
        let (right, before) = (try shop.right(skill: 80), try shop.right(skill: 30))
        let report = try json(run.path + "/reports/evaluation.json")
        let models = try #require(report["models"]?.array)
        #expect(models.map { $0["role"]?.string } == ["student", "baseline", "teacher"])
        let accuracies = models.map { $0["figures"]?["test_exec_accuracy"]?["value"]?.double }
        #expect(accuracies == [Double(right) / 60, Double(before) / 60, 1])
        #expect(models[1]["name"]?.string == "untrained_student")
        #expect(models[0]["facets"]?["schema.database"]?["shop"]?["rows"]?.int == 60)
        #expect(models[0]["figures"]?["executable_rate"]?["value"]?.double == 1)
        #expect(models[0]["figures"]?["completion_tokens_mean"]?["value"]?.double == 5)
        #expect(models[0]["figures"]?["latency_p90_ms"]?["rows"]?.int == 60)
        let lead = try #require(report["leads"]?.array?.first)
        #expect(lead["over"]?.string == "baseline" && lead["wins"]?.int == Int64(right - before))
        #expect(lead["losses"]?.int == 0)
        #expect(report["teacher_student_agreement"]?["rows"]?.int == 60)
        #expect(result.output.contains("the student passes: 5 of 5 gates passed\n"), "\(result)")
        #expect(
            result.output.contains(
                "passed       online_win_rate: 0.8333 reaches 0.5, the lower bound of the teacher 'teacher'"))
        #expect(result.output.contains("passed       contamination: 0 of 60 test rows are in the training data"))
        let training = try json(run.path + "/train/training.json")
        #expect(training["loss_curve"]?.array?.count == 3)
        let data = try #require(training["data"]?.array)
        let export = try json(run.path + "/export/export.json")["files"]?.array ?? []
        #expect(data.dropFirst().map { $0["sha256"]?.string } == export.map { $0["sha256"]?.string })
        #expect(data.first?["path"]?.string?.hasSuffix("/export/export.json") == true && !export.isEmpty)
        #expect(
            try String(contentsOfFile: run.path + "/reports/evaluation.md", encoding: .utf8).contains(
                "## By schema.database"))

        // Everything is recorded: the same command asks nobody anything and decides the same.
        let asked = try shop.requestsOfTeacher()
        let decision = try Data(contentsOf: URL(filePath: run.path + "/gates/decision.json"))
        let again = try shop.workspace.run(["--quiet"])
        #expect(again.output.contains("trained already: "))
        #expect(try shop.requestsOfTeacher() == asked)
        #expect(try Data(contentsOf: URL(filePath: run.path + "/gates/decision.json")) == decision)

        // What is released is what was evaluated.
        let skill = run.path + "/train/output/model/skill"
        try "5".write(toFile: skill, atomically: true, encoding: .utf8)
        for part in [["run", "graph.yaml", "--quiet"], ["train", run.path], ["evaluate", run.path]] {
            let changed = try shop.workspace.command(part)
            #expect(changed.status == 2)
            #expect(
                changed.errors.contains("' has changed since '")
                    && changed.errors.hasSuffix(
                        "/train/training.json' was written; restore it, or remove that file and train again\n"),
                "\(changed)")
        }
        let other = try shop.workspace.command(["promote", run.path])
        #expect(
            other.status == 2 && other.errors.contains("is not the model that was evaluated in the run"), "\(other)")
        try "80".write(toFile: skill, atomically: true, encoding: .utf8)
        let untrained = try shop.workspace.command(["promote", run.path, "--model", "untrained", "--as", "other"])
        #expect(untrained.errors.contains("'untrained' is not the model that was evaluated in the run"), "\(untrained)")
        let record = run.path + "/train/training.json"
        let trained = try String(contentsOfFile: record, encoding: .utf8)
        let hash = try #require(training["model_sha256"]?.string)
        try trained.replacingOccurrences(of: hash, with: String(repeating: "0", count: 64)).write(
            toFile: record, atomically: true, encoding: .utf8)
        let stale = try shop.workspace.command(["gate", run.path])
        #expect(
            stale.status != 0
                && stale.errors.contains(
                    "has been trained anew, or has changed, since it was evaluated; evaluate it with 'fastdistill evaluate "
                ),
            "\(stale)")
        try trained.write(toFile: record, atomically: true, encoding: .utf8)

        let released = try shop.workspace.command(["promote", run.path])
        #expect(released.output == "released shop 1: models/shop/1\n", "\(released)")
        #expect(
            try String(contentsOfFile: shop.workspace.folder.file("models/shop/1/model/skill"), encoding: .utf8) == "80"
        )

        let good = try shop.workspace.command(["verify", "models/shop/1"])
        #expect(good.status == 0 && good.output == "models/shop/1: everything is as its record says\n", "\(good)")

        // What says how the student was trained cannot be left out or made up.
        let description = run.path + "/export/export.json"
        let exported = try String(contentsOfFile: description, encoding: .utf8)
        try FileManager.default.removeItem(atPath: description)
        let unexported = try shop.workspace.command(["gate", run.path])
        #expect(
            unexported.errors
                == "error: '\(description)', which says how many test rows are in the training data, is missing or damaged; write it "
                + "anew with 'fastdistill train \(run.path)'\n")
        #expect(try shop.workspace.command(["train", run.path]).output.hasPrefix("trained already: "))
        #expect(try String(contentsOfFile: description, encoding: .utf8) == exported)
        try String(trained.prefix(100)).write(toFile: record, atomically: true, encoding: .utf8)
        let cut = try shop.workspace.command(["promote", run.path, "--as", "another"])
        #expect(
            cut.errors
                == "error: '\(record)' is no record of a training; remove it, and train again with 'fastdistill train'\n"
        )
        try trained.write(toFile: record, atomically: true, encoding: .utf8)

        // A second, less skilled student is compared with the first, and read from the registry.
        let graph = try String(contentsOfFile: shop.workspace.folder.file("graph.yaml"), encoding: .utf8)
        try shop.workspace.folder.write(
            "graph.yaml", graph.replacingOccurrences(of: "\"{output}\", 80]", with: "\"{output}\", 70]"))
        let second = try shop.workspace.run(["--quiet"], runs: "second")
        #expect(second.output.contains("  previous  shop 1: test_exec_accuracy "), "\(second)")
        #expect(second.output.contains("of the previous version 'shop 1'"), "\(second)")

        // One that is no longer what was released is not served in its place.
        let serving = try String(contentsOfFile: shop.workspace.folder.file("graph.yaml"), encoding: .utf8)
        try shop.workspace.folder.write(
            "graph.yaml",
            serving.replacingOccurrences(
                of: "previous: registry", with: "previous: {provider: small, serve: previous}"))
        try shop.workspace.folder.write("models/shop/1/model/skill", "90")
        let changed = try shop.workspace.command(["verify", "models/shop/1"])
        #expect(changed.status == 6 && changed.output.hasPrefix("models/shop/1: model: sha256 is "), "\(changed)")
        let damaged = try shop.workspace.run(["--quiet"], runs: "third", expecting: 2)
        #expect(
            damaged.errors
                == "error: 'models/shop/1/model' is missing or not what was released as 'shop 1'; restore it\n")
        try shop.workspace.folder.write("models/shop/1/model/skill", "80")
        let served = try shop.workspace.run(["--quiet"], runs: "third")
        #expect(served.output.contains("  previous  shop 1: test_exec_accuracy "), "\(served)")
        try shop.workspace.folder.write(
            "graph.yaml",
            serving.replacingOccurrences(
                of: "student: {provider: small, serve: trained}", with: "student: {provider: small, serve: previous}"))
        let measured = try shop.workspace.command(["run", "graph.yaml", "--quiet", "--runs", "fourth"])
        #expect(measured.output.contains("  student   shop 1: test_exec_accuracy "), "\(measured)")
    }

    @Test("A student that fails a gate ends with 4, an undecidable gate with 5, and a bypass lets it pass")
    func fails() throws {
        let shop = try Shop(gates: Shop.failing)
        let failed = try shop.workspace.run(["--quiet"], expecting: 4)
        #expect(failed.output.contains("failed       executable_rate: 1 does not reach 1.1\n"), "\(failed)")
        let run = try shop.workspace.runFolder()
        let bypassed = try shop.workspace.command(
            ["gate", run.path, "--bypass-gate", "executable_rate", "--reason", "nobody can reach it"])
        #expect(bypassed.status == 0)
        // The bypass holds for the run, and its reports tell it: those that are there, and those of the next start.
        let reports = try ["evaluation.md", "evaluation.json", "quality.md", "quality.json", "timing.json"].map {
            try String(contentsOfFile: "\(run.path)/reports/\($0)", encoding: .utf8)
        }
        #expect(reports.allSatisfy { $0.contains("the gate 'executable_rate' was bypassed: nobody can reach it") })
        let again = try shop.workspace.run(["--quiet"])
        #expect(again.output.contains("but bypassed: nobody can reach it\n"))
        let later = try ["evaluation.md", "evaluation.json", "quality.md", "quality.json"].map {
            try String(contentsOfFile: "\(run.path)/reports/\($0)", encoding: .utf8)
        }
        #expect(later == Array(reports.dropLast()))
        let timing = try json(run.path + "/reports/timing.json")
        #expect(timing["bypassed_gates"] == ["the gate 'executable_rate' was bypassed: nobody can reach it"])
        let story = try shop.workspace.command(["why", run.path, "train.jsonl:1"])
        #expect(
            story.output.hasSuffix("\n\nwarning: the gate 'executable_rate' was bypassed: nobody can reach it\n"),
            "\(story)")
        // Other gate values are another run, which asks nobody anew.
        let asked = try shop.requestsOfTeacher()
        try shop.workspace.folder.write("gates.yaml", Shop.undecidable)
        let undecidable = try shop.workspace.run(["--quiet"], expecting: 5)
        #expect(undecidable.output.contains("60 of the student's rows can be decided, 500 are needed"))
        #expect(try shop.requestsOfTeacher() == asked)
    }

    @Test("Killed at any part, the same command goes on")
    func killed() throws {
        let shop = try Shop()
        for path in ["train/training.json", "evaluate/student/run.json", "evaluate/baseline/run.json"] {
            let process = try shop.workspace.start(["run", "graph.yaml", "--quiet", "--run-id", "it"])
            try process.waitUntil("there is \(path)") {
                FileManager.default.fileExists(atPath: shop.workspace.folder.file("runs/it/\(path)"))
            }
            process.signalIfAlive(SIGKILL)
            _ = try process.wait()
            for role in ["student", "baseline"] {
                try Self.expectGone(shop.workspace.folder.file("runs/it/serve/\(role).log"))
            }
        }
        let result = try shop.workspace.run(["--quiet", "--run-id", "it"])
        #expect(result.output.contains("the student passes: 5 of 5 gates passed\n"), "\(result)")
        // 30 questions to distil and 60 to be evaluated on: none was asked twice, but those under way at a kill.
        #expect(try shop.requestsOfTeacher() >= 90)
    }

    /// Servers end with the host, however that ends.
    private static func expectGone(_ log: String) throws {
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return }
        let numbers = text.split(separator: "\n").filter { $0.hasPrefix("serving ") }.compactMap {
            pid_t($0.dropFirst(8))
        }
        #expect(!numbers.isEmpty)
        for number in numbers { try expectGone(number) }
    }

    private static func expectGone(_ number: pid_t) throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while kill(number, 0) == 0 {
            try #require(Date() < deadline, "the process \(number) lives on")
            usleep(2000)
        }
    }

    @Test(
        "What a trainer has started ends with it, in whatever session it is",
        arguments: ends)
    func daemons(signal: Int32, status: Int32) throws {
        let shop = try Shop()
        let folder = shop.workspace.folder
        try folder.write(
            "trainer.py",
            """
            import os, subprocess, sys, time
            child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
            with open("pids.tmp", "w") as file:
                file.write(f"{os.getpid()} {child.pid}")
            os.rename("pids.tmp", "pids")
            time.sleep(1000)

            """)
        let graph = try String(contentsOfFile: folder.file("graph.yaml"), encoding: .utf8)
        try folder.write(
            "graph.yaml",
            graph.replacingOccurrences(
                of: "[python3, \(Package.endToEnd)/Servers/small_model.py, train,", with: "[python3, trainer.py,"))
        let process = try shop.workspace.start(["run", "graph.yaml", "--quiet"])
        try process.waitUntil("it trains") { FileManager.default.fileExists(atPath: folder.file("pids")) }
        let numbers = try String(contentsOfFile: folder.file("pids"), encoding: .utf8).split(separator: " ")
        process.signalIfAlive(signal)
        let result = try process.wait()
        #expect(result.status == status)
        if signal == SIGINT {
            #expect(
                result.errors
                    == "stopping: what is done is kept, and the same command goes on with it; once more to stop at once\n"
            )
        }
        #expect(numbers.count == 2)
        for number in numbers { try Self.expectGone(try #require(pid_t(number))) }
    }

    @Test("A server that is not the student's own, or dies, ends the evaluation")
    func otherServers() throws {
        let shop = try Shop()
        let folder = shop.workspace.folder
        let graph = try String(contentsOfFile: folder.file("graph.yaml"), encoding: .utf8)
        // Another one has the port.
        let other = try ChildProcess(
            ["python3", "\(Package.endToEnd)/Servers/small_model.py", "serve", "untrained", "0", "key.json"],
            directory: folder.path)
        var port: String?
        try other.waitUntil("it serves") {
            port = other.outputSoFar.split(separator: "\n").first { $0.hasPrefix("port ") }.map {
                String($0.dropFirst(5))
            }
            return port != nil
        }
        let taken = try #require(port)
        let fixed = graph.replacingOccurrences(of: "\"{port}\"", with: "\"\(taken)\"").replacingOccurrences(
            of: "{port}", with: taken)
        try folder.write("graph.yaml", fixed)
        let refused = try shop.workspace.run(["--quiet", "--run-id", "a"], expecting: 1)
        #expect(
            refused.errors
                == "error: 'http://127.0.0.1:\(taken)/health' answers before 'python3' is started: another server has its port; "
                + "stop that, or write {port} for a free one\n")
        other.signalIfAlive(SIGKILL)
        _ = try other.wait()

        // Its own dies after ten answers.
        try folder.write("graph.yaml", graph.replacingOccurrences(of: "key.json]", with: "key.json, \"10\"]"))
        let died = try shop.workspace.run(["--quiet", "--run-id", "b"], expecting: 1)
        #expect(
            died.errors.hasSuffix(
                "error: 'python3' ended with exit status 1 while it was asked; its last words are in "
                    + "'runs/b/serve/student.log'\n"), "\(died)")

        // Another command asks anew: what the one before has answered is in the store, and is not its own.
        try folder.write("graph.yaml", graph)
        let first = try shop.workspace.run(["--quiet", "--run-id", "c"])
        #expect(first.output.contains("the student passes: 5 of 5 gates passed\n"), "\(first)")
        try folder.write("graph.yaml", graph.replacingOccurrences(of: "key.json]", with: "key.json, refuse]"))
        let all = try shop.workspace.run(["--quiet", "--run-id", "d"], expecting: 2)
        #expect(
            all.errors.contains(
                "error: the student 'small' has answered nothing: its provider refused all 60 rows, the first with "
                    + "request_rejected: "), "\(all)")
    }

    @Test("A bypass was given for what was measured then")
    func staleBypass() throws {
        let shop = try Shop(gates: Shop.failing)
        let folder = shop.workspace.folder
        try shop.workspace.run(["--quiet", "--run-id", "it"], expecting: 4)
        let gate = ["gate", "runs/it", "--bypass-gate", "executable_rate", "--reason", "nobody can reach it"]
        #expect(try shop.workspace.command(gate).status == 0)
        #expect(try shop.workspace.run(["--quiet", "--run-id", "it"]).output.contains("but bypassed"))
        // Its training is done once more, by a trainer that has got worse meanwhile.
        try FileManager.default.removeItem(atPath: folder.file("runs/it/train"))
        try folder.write("skill", "10")
        let again = try shop.workspace.run(["--quiet", "--run-id", "it"], expecting: 4)
        #expect(
            again.errors.contains(
                "warning: the gates are decided without the bypass of executable_rate: something else was measured when it "
                    + "was given; give it again if it still holds\n"), "\(again)")
        #expect(!again.output.contains("but bypassed"))
    }

    @Test("A trainer that fails ends the run with its log's place, and a server that is never ready likewise")
    func failures() throws {
        let shop = try Shop()
        let graph = try String(contentsOfFile: shop.workspace.folder.file("graph.yaml"), encoding: .utf8)
        try shop.workspace.folder.write("graph.yaml", graph.replacingOccurrences(of: ", train, ", with: ", trian, "))
        let failed = try shop.workspace.run(["--quiet", "--run-id", "a"], expecting: 1)
        #expect(
            failed.errors
                == "error: the training failed: python3 ended with exit status 1; its last words are in "
                + "'runs/a/train/train.log'\n")
        try shop.workspace.folder.write(
            "graph.yaml", graph.replacingOccurrences(of: "key.json]", with: "missing.json]"))
        let unserved = try shop.workspace.run(["--quiet", "--run-id", "b"], expecting: 1)
        #expect(
            unserved.errors
                == "error: 'python3' ended with exit status 1 before it was ready; its last words are in "
                + "'runs/b/serve/student.log'\n")
    }

    @Test(
        "What is asked of a trainer's Python ends with the host, too",
        arguments: ends)
    func interruptedPreflight(signal: Int32, status: Int32) throws {
        let shop = try Shop()
        let folder = shop.workspace.folder
        try folder.write("hang.sh", "#!/bin/sh\necho $$\nexec sleep 1000\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("hang.sh"))
        let graph = try String(contentsOfFile: folder.file("graph.yaml"), encoding: .utf8)
        try folder.write(
            "graph.yaml",
            graph.replacingOccurrences(of: "outputs: {model:", with: "python: ./hang.sh\n    outputs: {model:"))
        let process = try shop.workspace.start(["run", "graph.yaml", "--quiet", "--run-id", "hung"])
        var number: pid_t?
        try process.waitUntil("its Python is asked") {
            let log = try? String(contentsOfFile: folder.file("runs/hung/train/preflight.log"), encoding: .utf8)
            number = log?.split(separator: "\n").first.flatMap { pid_t($0) }
            return number != nil
        }
        process.signalIfAlive(signal)
        let result = try process.wait()
        #expect(result.status == status && !result.output.contains("before the training"), "\(result)")
        try Self.expectGone(try #require(number))
    }

    @Test("The parts one by one, and what they refuse")
    func parts() throws {
        let shop = try Shop()
        let graph = try String(contentsOfFile: shop.workspace.folder.file("graph.yaml"), encoding: .utf8)
        try shop.workspace.run(["--quiet"])
        let run = try shop.workspace.runFolder()
        #expect(
            try shop.workspace.command(["train", run.path]).output
                == "trained already: \(run.path)/train/output/model\n")
        let evaluated = try shop.workspace.command(["evaluate", run.path])
        #expect(evaluated.status == 0)
        #expect(
            evaluated.output.hasPrefix("evaluated on 60 rows\n  student   small: test_exec_accuracy "), "\(evaluated)")
        try shop.workspace.folder.write("graph.yaml", graph.replacingOccurrences(of: "seed: 3", with: "seed: 4"))
        let changed = try shop.workspace.command(["evaluate", run.path])
        #expect(changed.status == 2)
        #expect(
            changed.errors
                == "error: the graph, its plugins or its data have changed since the run '\(run.runID)' began; run the graph, "
                + "which makes another run of it\n")
        try shop.workspace.folder.write(
            "graph.yaml", graph.replacingOccurrences(of: "compare.verdict\n", with: "compare.verdit\n"))
        let wrong = try shop.workspace.command(["validate", "graph.yaml"])
        #expect(wrong.status == 2)
        #expect(
            wrong.errors.contains(
                "error: the evaluation graph 'evaluate-shop' has no column 'compare.verdit' for the verdict; did you mean "
                    + "'compare.verdict'?\n"), "\(wrong)")
        // Text, but of words that are no verdicts.
        try shop.workspace.folder.write(
            "graph.yaml", graph.replacingOccurrences(of: "compare.verdict\n", with: "execute.status\n"))
        let untagged = try shop.workspace.command(["validate", "graph.yaml"])
        #expect(untagged.status == 2)
        #expect(
            untagged.errors.contains(
                "error: 'execute.status' of the evaluation graph 'evaluate-shop' is no verdict: no plugin has tagged it so; "
                    + "known: "), "\(untagged)")
    }
}
