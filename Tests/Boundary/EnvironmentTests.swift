import ControlPlane
import DataPlane
import Foundation
import Testing

/// What a step sees of the machine: a few variables, those that its graph lists, and a folder of its own.
@Suite struct EnvironmentTests {
    @Test func aWorkerSeesTheUsualVariablesAndThoseThatAreListed() throws {
        let listed = ["USER_OF_TESTS", "LANG"]
        for name in listed { setenv(name, "listed", 1) }
        setenv("FASTDISTILL_SECRET_IN_TESTS", "1", 1)
        let step = try OpenStep("environment", environment: listed)
        defer { step.runner.shutdown() }
        let texts = ["USER_OF_TESTS", "LANG", "TZ", "FASTDISTILL_SECRET_IN_TESTS", "SWIFT_BACKTRACE", "names"]
        let answers = try step.run(texts).copies
        #expect(answers[0] == "listed")
        #expect(answers[1] == "listed")
        #expect(answers[2] == "UTC")
        #expect(answers[3] == "(not set)")
        #expect(answers[4] == "enable=no")
        let usual = Set(["PATH", "TMPDIR", "HOME", "LANG", "TZ", "SWIFT_BACKTRACE", "USER_OF_TESTS"])
        let rare = Set([
            "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE",
        ])
        let names = Set((answers[5] ?? "").split(separator: " ").map(String.init))
        #expect(names.subtracting(rare) == usual)
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
