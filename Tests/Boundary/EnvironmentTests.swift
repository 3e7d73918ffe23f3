import Blocking
import ControlPlane
import DataPlane
import Foundation
import Testing

/// What a step sees of the machine: a few variables, those that its graph lists, and a folder of its own.
@Suite(.blocking) struct EnvironmentTests {
    @Test func aWorkerSeesTheUsualVariablesAndThoseThatAreListed() throws {
        let usual = Set(["PATH", "TMPDIR", "HOME", "LANG", "TZ", "SWIFT_BACKTRACE"])
        let rare = Set([
            "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE",
        ])
        // Any variable that the tests have and a worker otherwise has not.
        let own = ProcessInfo.processInfo.environment.filter { !usual.union(rare).contains($0.key) }
        let (name, value) = try #require(own.first { $0.key.utf8.count < 60 && $0.value.utf8.count < 400 })
        let step = try OpenStep("environment", environment: [name])
        defer { step.runner.shutdown() }
        let answers = try step.run([name, "TZ", "SWIFT_BACKTRACE", "names"]).copies
        #expect(answers[0] == value)
        #expect(answers[1] == "UTC")
        #expect(answers[2] == "enable=no")
        let names = Set((answers[3] ?? "").split(separator: " ").map(String.init))
        #expect(names.subtracting(rare) == usual.union([name]))
    }

    @Test func theLanguageIsTheSameEverywhere() throws {
        let step = try OpenStep("environment")
        defer { step.runner.shutdown() }
        #expect(try step.run(["LANG", "LC_ALL"]).copies == [0: "C.UTF-8", 1: "(not set)"])
    }

    @Test func aWorkerHasAFolderOfItsOwn() throws {
        let step = try OpenStep("environment", workers: 1)
        let other = try OpenStep("environment", workers: 1)
        let answers = try step.run(["folder", "TMPDIR", "HOME"]).copies
        let others = try other.run(["TMPDIR"]).copies
        #expect(answers[0] == "700, 0 entries")
        #expect(answers[1] == answers[2])
        #expect(others[0] != answers[1])
        let folders = [try #require(answers[1]), try #require(others[0])]
        for folder in folders { #expect(FileManager.default.fileExists(atPath: folder)) }
        step.runner.shutdown()
        other.runner.shutdown()
        for folder in folders { #expect(!FileManager.default.fileExists(atPath: folder)) }
    }

    @Test func aGraphMayListTheHomeFolder() throws {
        let step = try OpenStep("environment", environment: ["HOME"])
        defer { step.runner.shutdown() }
        #expect(try step.run(["HOME"]).copies == [0: ProcessInfo.processInfo.environment["HOME"] ?? "(not set)"])
    }

    /// One byte of core dump: that also keeps a core_pattern that is a pipe from being served.
    @Test func aWorkerLeavesNoCoreAndHasTheStackOfEveryMachine() throws {
        let step = try OpenStep("environment")
        defer { step.runner.shutdown() }
        #expect(try step.run(["limits"]).copies == [0: "core 1 stack 8388608"])
    }

    @Test func aFolderThatCannotBeMadeIsSaid() throws {
        let notes = try TemporaryFolder()
        let result = try shell(["env", "TMPDIR=\(notes.path)/missing", Package.executable, "__describe", "nothing"])
        #expect(result.status == 1)
        #expect(
            result.output
                == "no temporary folder can be made in \(notes.path)/missing: No such file or directory\n")
    }
}
