import Blocking
import DataPlane
import Foundation
import Glibc
import Testing

@testable import TrainingPlane

@Suite("Trainings", .blocking)
struct TrainingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func plan(_ behaviour: String, output name: String = "out") throws -> TrainerPlan {
        let python = Oracle.packageRoot.appending(path: ".deps/python/bin/python").path
        let script = Oracle.packageRoot.appending(path: "Tests/Unit/TrainingPlaneTests/Trainers/fake_trainer.py").path
        let output = folder.file(name)
        try createFolder(output)
        var plan = TrainerPlan(
            name: "fake", command: [python, script, output, behaviour], seed: 7,
            outputs: [.init(name: "model", path: "\(output)/model.bin")])
        plan.resumeArguments = ["--resume_from_checkpoint", "{checkpoint}"]
        plan.environment = ["SEED": "7", "API_TOKEN": "hush"]
        plan.checkpoints = output
        plan.logPattern = try LogPattern(#"'loss': '?(?<loss>[^',}]+)"#)
        plan.countedTokens = "non-padding input tokens"
        plan.model = output
        return plan
    }

    private func run(_ behaviour: String, limits: TrainingLimits = TrainingLimits()) throws -> Training {
        let data = try folder.write("data.jsonl", "{}\n")
        return try Training.run(try plan(behaviour), data: [data], folder: folder.file("train"), limits: limits)
    }

    private func record() throws -> JSONValue {
        try JSONParser().parse(String(decoding: try readFile(folder.file("train/training.json")), as: UTF8.self))
    }

    /// Whether a process that the trainer started is still there.
    private func childIsAlive() throws -> Bool {
        let pid = try #require(Int32(String(decoding: try readFile(folder.file("out/child")), as: UTF8.self)))
        // It has been killed, which takes effect when the kernel comes to it.
        for _ in 0..<10_000 {
            guard let stat = try? readFile("/proc/\(pid)/stat") else { return false }
            // What is dead may wait for init to collect it.
            if String(decoding: stat, as: UTF8.self).contains(") Z ") { return false }
            usleep(2000)
        }
        return true
    }

    @Test("A training that finishes leaves its log, its curve and all that it was made of")
    func good() throws {
        let training = try run("good")
        #expect(training.outcome == .finished && training.resumedFrom == nil)
        #expect(training.points.map(\.step) == [1, 2, 3, 4, 5, 6] && training.points[2].loss == 1)
        #expect(training.tokens == 600)
        let record = try record()
        #expect(record["format"] == "fastdistill.training/1" && record["outcome"] == "finished")
        #expect(record["seed"] == 7 && record["reason"] == JSONValue.null)
        #expect(record["environment"]?["SEED"] == "7" && record["environment"]?["API_TOKEN"] == "(hidden)")
        #expect(record["data"]?.array?.first?["sha256"]?.string == sha256Hex(of: "{}\n"))
        #expect(record["outputs"]?.array?.first?["sha256"]?.string == sha256Hex(of: "weights"))
        // Without the checkpoints, which are beside it.
        try createFolder(folder.file("only-the-model"))
        _ = try folder.write("only-the-model/model.bin", "weights")
        #expect(record["model_sha256"]?.string == (try hashFolder(folder.file("only-the-model"))))
        #expect(record["loss_curve"]?.array?.last == ["step": 6, "loss": 0.5, "tokens": 600])
        let rate = try #require(record["train_tokens_per_sec"]?.double)
        let seconds = try #require(record["wall_seconds"]?.double)
        #expect(abs(rate * seconds - 600) < 0.001)
        #expect(
            String(decoding: try readFile(folder.file("train/train.log")), as: UTF8.self).hasPrefix("seed 7 from 0\n"))
    }

    @Test("What an earlier session has left of the outputs is not taken for this one's")
    func leftovers() throws {
        let plan = try plan("no-model", output: "train/out")
        let model = try folder.write("train/out/model.bin", "half of the weights")
        let training = try Training.run(
            plan, data: [try folder.write("data.jsonl", "{}\n")], folder: folder.file("train"))
        #expect(training.outcome == .failed("fake ended well but has not written its model, '\(model)'"))
        // The folder that checkpoints lie in is the trainer's.
        var whole = plan
        whole.outputs = [.init(name: "model", path: folder.file("train/out"))]
        _ = try folder.write("train/out/kept", "")
        try whole.removeOutputs(in: folder.file("train"))
        #expect(try fileNames(in: folder.file("train/out")).contains("kept"))
    }

    @Test("A loss that is not a number ends the training, whether the log or a checkpoint says so")
    func nan() throws {
        let training = try run("nan")
        #expect(training.outcome == .diverged("the loss at step 3 is not a number"))
        #expect(try record()["loss_curve"]?.array?[2] == ["step": 3, "loss": .null, "tokens": 300])
    }

    @Test("A log is read to its end, whatever it has there")
    func lateNaN() throws {
        #expect(try run("late-nan").outcome == .diverged("the loss at step 7 is not a number"))
    }

    @Test("A path with letters beyond ASCII is relative to its folder")
    func accents() throws {
        let behaviour = try plan("good")
        let place = folder.file("h\u{E9}t\u{E9}")
        try createFolder(place)
        var moved = behaviour
        moved.model = place + "/output/model"
        var training = Training(plan: moved)
        training.outcome = .interrupted
        #expect(try training.record(.null, [], place)["model"] == "output/model")
    }

    @Test("A checkpoint with NaN is read, though it is no JSON")
    func nanCheckpoint() throws {
        #expect(try run("nan-checkpoint").outcome == .diverged("the loss at step 4 is not a number"))
    }

    @Test("A rising loss ends the training")
    func rising() throws {
        #expect(
            try run("rising").outcome
                == .diverged("the loss has risen: the mean of the last 10 up to step 13 is 2.2, after 1"))
    }

    @Test("A training that says nothing any more is stopped, with all it has started")
    func stall() throws {
        let training = try run("hang", limits: TrainingLimits(stallSeconds: 2))
        #expect(training.outcome == .stalled("neither log nor checkpoints have changed for 2 s"))
        #expect(try childIsAlive() == false)
    }

    @Test("A trainer that fails, and one that leaves no model")
    func failures() throws {
        let failed = try run("fail")
        #expect(
            failed.outcome
                == .failed("fake ended with exit status 1; its last words are in '\(folder.file("train/train.log"))'"))
        #expect(
            try run("no-model").outcome
                == .failed(
                    "fake ended well but has not written its model, '\(folder.file("out/model.bin"))'"))
    }

    @Test("An interruption stops the trainer, and the next start goes on from the last checkpoint")
    func interruption() async throws {
        let stop = TrainingStop()
        let waiting = folder.file("out/waiting")
        let task = Thread {
            while PathKind(waiting) == nil { usleep(10_000) }
            stop.request()
        }
        task.start()
        let first = try Training.run(
            try plan("until-interrupted"), data: [], folder: folder.file("train"), stop: stop)
        #expect(first.outcome == .interrupted)
        #expect(try childIsAlive() == false)
        let second = try run("good")
        #expect(second.outcome == .finished)
        #expect(second.resumedFrom == folder.file("out/checkpoint-6"))
        #expect(second.points.map(\.step) == [1, 2, 3, 4, 5, 6])
        // Nothing was left to train on.
        #expect(second.tokens == 0)
        #expect(try record()["command"]?.array?.last?.string == folder.file("out/checkpoint-6"))
        #expect(
            String(decoding: try readFile(folder.file("train/train.log")), as: UTF8.self).contains("seed 7 from 6\n"))
    }

    @Test("Tokens are those of the session, however the trainer counts")
    func sessionTokens() throws {
        var training = Training(plan: try plan("good"))
        #expect(training.sessionTokens(after: nil) == nil)
        training.points = [TrainingPoint(step: 4, loss: 1, tokens: 400), TrainingPoint(step: 6, loss: 1, tokens: 600)]
        #expect(training.sessionTokens(after: nil) == 600)
        #expect(training.sessionTokens(after: training.points[0]) == 200)
        #expect(training.sessionTokens(after: training.points[1]) == 0)
        var anew = Training(plan: try TrainerPlan.trl(python: "p", model: "m", data: "d", output: "o", seed: 1))
        anew.points = [TrainingPoint(step: 4, loss: 1, tokens: 400), TrainingPoint(step: 6, loss: 1, tokens: 150)]
        #expect(anew.sessionTokens(after: anew.points[0]) == 150)
    }

    @Test("A program that is not there")
    func noProgram() throws {
        for name in ["no-such-trainer", "/nonexistent/trainer"] {
            let plan = TrainerPlan(name: "x", command: [name], seed: 1, outputs: [])
            do {
                _ = try Training.run(plan, data: [], folder: folder.file("train"))
                Issue.record("it was started")
            } catch {
                #expect(
                    FailureRenderer.render(error)
                        == "error: there is no program '\(name)' to train with; install it, or give its path in the command"
                )
            }
        }
    }

    @Test("Log patterns: what MLX-LM prints, and patterns that make no sense")
    func patterns() throws {
        let mlx = try LogPattern(#"Iter (?<step>\d+): Train loss (?<loss>[^,]+),.*Trained Tokens (?<tokens>\d+)"#)
        #expect(
            mlx.point("Iter 20: Train loss 2.311, Learning Rate 1.0e-05, It/sec 0.5, Trained Tokens 4096", after: 0)
                == TrainingPoint(step: 20, loss: 2.311, tokens: 4096))
        #expect(mlx.point("Iter 1: Val loss 3.1, Val took 2.0s", after: 0) == nil)
        // What MLX-LM 0.32.2 writes into a file, byte for byte.
        let coloured = try LogPattern(#"(?<step>\d+)\x1b\[0m +\x1b\[[\d;]*m *(?<loss>[\d.]+|nan) [▼▲]"#)
        let (grey, bold, plain) = ("\u{1B}[38;5;244m", "\u{1B}[1m", "\u{1B}[0m")
        let line = { (color: String, loss: String) in
            "  \(grey)  20\(plain)    \u{1B}[1;\(color)m\(loss)\(plain)    \(bold)  162\(plain)    \(grey)  4.1k\(plain)"
        }
        #expect(coloured.point(line("32", "2.311 ▼"), after: 0) == TrainingPoint(step: 20, loss: 2.311, tokens: nil))
        #expect(coloured.point(line("33", "  nan ▲"), after: 0)?.loss.isNaN == true)
        #expect(
            coloured.point(
                "  \(grey)  40\(plain)    \u{1B}[1;35mval\(plain) \(bold)2.500\(plain)    \(grey)3.00s\(plain)",
                after: 0)
                == nil)
        for (text, message) in [
            ("(", "error: the log pattern '(' is not a regular expression"),
            ("loss", "error: the log pattern 'loss' has no group 'loss'; write (?<loss>…) around it"),
        ] {
            do throws(Failure) { _ = try LogPattern(text) } catch { #expect(FailureRenderer.render(error) == message) }
        }
    }

    @Test("TRL is started with its own names for things")
    func trl() throws {
        let plan = try TrainerPlan.trl(
            python: "python3", model: "student", data: "data", output: "out", seed: 3, arguments: ["--max_steps", "10"])
        #expect(
            plan.command(resumingFrom: "out/checkpoint-5").joined(separator: " ")
                == "python3 -u -m trl.scripts.sft --model_name_or_path student --dataset_name data --output_dir out --seed 3 "
                + "--data_seed 3 --report_to none --max_steps 10 --resume_from_checkpoint out/checkpoint-5")
        // The folder is there before, and an adapter has no config.json.
        #expect(plan.outputs.map(\.path) == ["out/training_args.bin"])
    }
}
