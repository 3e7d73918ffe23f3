import DataPlane
import Foundation
import Testing

@testable import TrainingPlane

@Suite("The registry of students")
struct StudentRegistryTests {
    private let folder: TemporaryFolder
    private var registry: StudentRegistry { StudentRegistry(folder: folder.file("models")) }

    init() throws {
        folder = try TemporaryFolder()
        for name in ["out/checkpoint-2", "evaluation"] { try createFolder(folder.file(name)) }
        _ = try folder.write("out/model.bin", "weights")
        _ = try folder.write("out/checkpoint-2/optimizer.bin", "moments")
        _ = try folder.write("training.json", "{}")
    }

    private func promotion(
        _ version: String, right: Int = 130, name: String = "demo", bypasses: [GateBypass] = []
    ) throws -> Promotion {
        let student = GateSamples.model(.student, try GateSamples.share(right, of: 200))
        try EvaluationRecord(model: student).write(folder: folder.file("evaluation"))
        let decision = try GateSamples.decide(
            "  - {metric: test_exec_accuracy, rule: point, against: baseline}",
            [student, GateSamples.model(.baseline, try GateSamples.share(120, of: 200))], bypasses: bypasses)
        return Promotion(
            name: name, version: version, modelPath: folder.file("out"), decision: decision,
            evaluationFolder: folder.file("evaluation"), trainingRecord: folder.file("training.json"))
    }

    @discardableResult
    private func promote(_ promotion: Promotion) throws(Failure) -> StudentVersion {
        try registry.promote(promotion, under: try registry.lock(promotion.name))
    }

    private func failure(_ promotion: Promotion) -> String {
        do throws(Failure) { try promote(promotion) } catch { return FailureRenderer.render(error) }
        return ""
    }

    @Test("A version holds the model and all records of it, and is what the next one is compared with")
    func promote() throws {
        #expect(try registry.previous("demo") == nil && registry.versions("demo").isEmpty)
        let first = try promote(try promotion("1.0"))
        #expect(first.sequence == 1 && first.runID == "demo-1" && first.bypassed.isEmpty)
        #expect(
            try fileNames(in: first.folder) == ["decision.json", "evaluation", "model", "record.json", "training.json"])
        #expect(try fileNames(in: first.modelPath) == ["model.bin"])
        let record = try JSONParser().parse(
            String(decoding: try readFile("\(first.folder)/record.json"), as: UTF8.self))
        #expect(record["model_sha256"]?.string == (try hashModel(folder.file("out"))))
        #expect(record["training_sha256"]?.string == sha256Hex(of: "{}"))

        let previous = try #require(try registry.previous("demo"))
        #expect(previous.role == .previous && previous.name == "demo 1.0")
        #expect(previous.measurements["test_exec_accuracy"]?.estimate == 0.65)

        // The second release counts as later, whatever it is called.
        let second = try promote(try promotion("0.9", right: 140))
        #expect(second.sequence == 2)
        #expect(try registry.versions("demo").map(\.version) == ["1.0", "0.9"])
        #expect(try registry.previous("demo")?.measurements["test_exec_accuracy"]?.estimate == 0.7)
    }

    @Test("A student that has not passed is not released, unless its gate was bypassed, which is kept")
    func gates() throws {
        #expect(
            failure(try promotion("1", right: 110))
                == "error: 'demo' is not released: the student does not pass: test_exec_accuracy")
        #expect(try registry.versions("demo").isEmpty)
        let bypass = GateBypass(name: "test_exec_accuracy", reason: "a demo")
        #expect(
            try promote(try promotion("1", right: 110, bypasses: [bypass])).bypassed == ["test_exec_accuracy"])
    }

    @Test("What cannot be released leaves nothing behind")
    func refused() throws {
        try promote(try promotion("1"))
        #expect(
            failure(try promotion("1"))
                == "error: 'demo' has a version '1' already; a version never changes, choose another")
        for (name, version, text) in [
            ("../demo", "1", "'../demo' is no name"), ("demo", "a/b", "'a/b' is no version"),
            ("demo", "2.partial", "'2.partial' is no version"), ("", "1", "'' is no name"),
            (String(repeating: "a", count: 101), "1", "'\(String(repeating: "a", count: 60))…' is no name"),
        ] {
            #expect(
                failure(try promotion(version, name: name))
                    == "error: \(text) for a student; use up to 100 letters, digits, '.', '_' and '-', a letter or digit first, "
                    + "and no '.partial' at the end")
        }
        var lost = try promotion("2")
        lost.evaluationFolder = folder.file("nowhere")
        #expect(
            failure(lost)
                == "error: there is no record of the student in '\(folder.file("nowhere"))'; evaluate it first")
        lost = try promotion("2")
        lost.modelPath = folder.file("no-model")
        #expect(
            failure(lost) == "error: cannot open '\(lost.modelPath)': No such file or directory")
        lost = try promotion("2")
        lost.modelHash = sha256Hex(of: "other weights")
        #expect(
            failure(lost)
                == "error: '\(lost.modelPath)' is not the model that was evaluated in the run 'demo-1': it is another, or has "
                + "changed since; release the one that was, or evaluate this one")
        #expect(try fileNames(in: folder.file("models/demo")) == ["1"])
    }

    @Test("A model's hash and its copy have the same in them, and neither has what is no file")
    func modelFiles() throws {
        let model = folder.file("out")
        try createFolder("\(model)/empty")
        try FileManager.default.createSymbolicLink(
            atPath: "\(model)/checkpoint-2/up", withDestinationPath: folder.file("out"))
        try #require(mkfifo("\(model)/checkpoint-2/pipe", 0o600) == 0)
        try copyModel(model, to: folder.file("copy"))
        #expect(try fileNames(in: folder.file("copy")) == ["empty", "model.bin"])
        #expect(try hashModel(folder.file("copy")) == hashModel(model))

        func failures(_ path: String) -> [String] {
            [{ _ = try hashModel(path) }, { try copyModel(path, to: folder.file("other")) }].map { body in
                do { try body() } catch { return FailureRenderer.render(error as? Failure ?? Failure("?", "\(error)")) }
                return ""
            }
        }
        let pipe = "\(model)/tokenizer.json"
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in [model, pipe] {
            #expect(failures(path) == Array(repeating: "error: '\(pipe)' is a named pipe, not a file", count: 2))
        }
        unlink(pipe)
        try FileManager.default.createSymbolicLink(atPath: "\(model)/null", withDestinationPath: "/dev/null")
        #expect(failures(model) == Array(repeating: "error: '\(model)/null' is a device, not a file", count: 2))
        unlink("\(model)/null")
        try FileManager.default.createSymbolicLink(atPath: "\(model)/empty/up", withDestinationPath: model)
        #expect(
            failures(model)
                == Array(repeating: "error: cannot go through '\(model)': the link 'empty/up' leads back up", count: 2))
    }

    @Test("Versions of a student are released one after the other")
    func locked() throws {
        let other = StudentRegistry(folder: folder.file("models"))
        let lock = try other.lock("demo")
        #expect(
            failure(try promotion("1"))
                == "error: another process is releasing a version of 'demo'; wait for it or stop it")
        try promote(try promotion("1", name: "another"))
        _ = consume lock
        try promote(try promotion("1"))
    }

    @Test("What a killed process left is not a version, and a damaged record is no release")
    func damaged() throws {
        try promote(try promotion("1"))
        try createFolder(folder.file("models/demo/2.partial/model"))
        #expect(try registry.versions("demo").count == 1)
        try promote(try promotion("2"))
        #expect(try fileNames(in: folder.file("models/demo")) == ["1", "2"])
        let path = try folder.write("models/demo/2/record.json", "{}")
        do throws(Failure) {
            _ = try registry.previous("demo")
            Issue.record("it was read")
        } catch {
            #expect(
                error.message
                    == "'\(path)' is no record of a student; restore it, or move its folder out of the registry")
        }
    }

    @Test("Every part of a version that is no longer what its record says is named")
    func mismatches() throws {
        let version = try promote(try promotion("1"))
        #expect(try StudentVersion(folder: version.folder) == version && version.mismatches() == [])
        let stated = try #require(version.trainingHash)
        _ = try folder.write("models/demo/1/training.json", "{ }")
        _ = try folder.write("models/demo/1/model/more.bin", "")
        unlink("\(version.folder)/decision.json")
        let mismatches = version.mismatches()
        #expect(mismatches.count == 3 && mismatches[0].hasPrefix("model: sha256 is "))
        #expect(
            mismatches[1]
                == "decision.json: cannot open '\(version.folder)/decision.json': No such file or directory")
        #expect(
            mismatches[2] == "training.json: sha256 is \(sha256Hex(of: "{ }")), the record says \(stated)")
    }

    @Test("A run's own release is no version before it, but what it released before it trained anew is")
    func origins() throws {
        let first = try promote(try promotion("1"))
        let own = StudentVersion.Origin(runID: "demo-1", modelHash: first.modelHash)
        #expect(try registry.previousVersion("demo", besides: own) == nil)
        #expect(try registry.previousVersion("demo", besides: .init(runID: "demo-1", modelHash: nil)) == nil)
        #expect(
            try registry.previousVersion("demo", besides: .init(runID: "demo-2", modelHash: first.modelHash)) == first)
        let anew = StudentVersion.Origin(runID: "demo-1", modelHash: sha256Hex(of: "other weights"))
        #expect(try registry.previousVersion("demo", besides: anew) == first)
        #expect(try registry.previous("demo", besides: anew)?.name == "demo 1")
    }

    @Test("Only a trainer's checkpoints are left out of a model; weights that are called so are not")
    func checkpoints() throws {
        let before = try hashModel(folder.file("out"))
        _ = try folder.write("out/checkpoint-2/more.bin", "moments")
        #expect(try hashModel(folder.file("out")) == before)
        var known = [before]
        for name in ["checkpoint-final.bin", "checkpoint-3", "inner/checkpoint-4/weights.bin"] {
            if name.contains("/") { try createFolder(folder.file("out/inner/checkpoint-4")) }
            _ = try folder.write("out/\(name)", "weights")
            let hash = try hashModel(folder.file("out"))
            #expect(!known.contains(hash))
            known.append(hash)
        }
        let released = try promote(try promotion("1"))
        #expect(released.modelHash == known.last)
        #expect(
            try fileNames(in: released.modelPath) == ["checkpoint-3", "checkpoint-final.bin", "inner", "model.bin"])
    }

    @Test("A damaged version is refused with what to restore")
    func damagedParts() throws {
        let version = try promote(try promotion("1"))
        try version.checkModel()
        let model = try folder.write("models/demo/1/model/model.bin", "other weights")
        let changed = "'\(version.modelPath)' is missing or not what was released as 'demo 1'; restore it"
        #expect(throws: Failure.self) { try version.checkModel() }
        do throws(Failure) { try version.checkModel() } catch { #expect(error.message == changed) }
        try FileManager.default.removeItem(atPath: parentFolder(of: model))
        do throws(Failure) { try version.checkModel() } catch { #expect(error.message == changed) }

        let record = try folder.write("models/demo/1/evaluation/student.json", "{}")
        do throws(Failure) {
            _ = try registry.previous("demo")
            Issue.record("it was read")
        } catch {
            #expect(error.message == "'\(record)' is no record of an evaluation of the student; restore it")
        }
        let others = GateSamples.model(.student, try GateSamples.share(10, of: 200))
        try EvaluationRecord(model: others).write(folder: parentFolder(of: record))
        do throws(Failure) {
            _ = try registry.previous("demo")
            Issue.record("it was read")
        } catch {
            #expect(error.message == "'\(parentFolder(of: record))' is not what was released as 'demo 1'; restore it")
        }
    }

    @Test("Hidden files and what a killed release has left are no versions; the next release removes the latter")
    func leftovers() throws {
        try promote(try promotion("1"))
        _ = try folder.write("models/demo/.DS_Store", "")
        try createFolder(folder.file("models/demo/3.partial/model"))
        #expect(try registry.versions("demo").count == 1)
        try promote(try promotion("2"))
        #expect(try fileNames(in: folder.file("models/demo")) == [".DS_Store", "1", "2"])
        do throws(Failure) { _ = try registry.versions("../demo") } catch {
            #expect(error.message.hasPrefix("'../demo' is no name for a student; "))
        }
    }
}
