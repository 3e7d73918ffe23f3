import Blocking
import ControlPlane
import DataPlane
import Testing

/// Steps that crash, hang or eat memory on one row: that row is rejected with evidence, all others come through once.
@Suite(.blocking) struct BackstopTests {
    private static let texts = (0..<8).map { $0 == 5 ? "bad" : "text \($0)" }

    @Test(arguments: [
        (
            "crashes_on_row", "plugin_crashed",
            "the worker was ended by SIGSEGV; its standard error ends with:\nabout to read nowhere"
        ),
        ("crashes_silently", "plugin_crashed", "the worker was ended by SIGSEGV"),
        ("aborts", "plugin_crashed", "the worker was ended by SIGABRT"),
        ("exits", "plugin_crashed", "the worker ended itself with exit status 0"),
        ("killed", "plugin_memory", "the worker was ended by SIGKILL, which the system sends when memory runs out"),
    ])
    func aCrashCostsTheGuiltyRowOnly(_ plugin: String, _ code: String, _ detail: String) throws {
        let step = try OpenStep(plugin)
        defer { step.runner.shutdown() }
        try expectOneReject(step.run(Self.texts), code, detail)
        // The worker was replaced.
        #expect(try step.run(["next"]).copies == [0: "next"])
    }

    @Test(arguments: ["hangs_on_row", "hangs_silently", "logs_forever"])
    func aHangCostsTheGuiltyRowOnly(_ plugin: String) throws {
        let step = try OpenStep(plugin, rowTimeoutMilliseconds: 700)
        defer { step.runner.shutdown() }
        try expectOneReject(
            step.run(Self.texts), "plugin_timeout", "the worker was ended after 700 ms without progress")
    }

    @Test func memoryPastTheLimitCostsTheGuiltyRowOnly() throws {
        let step = try OpenStep("eats_memory", memoryLimitBytes: 256 << 20)
        defer { step.runner.shutdown() }
        try expectOneReject(
            step.run(Self.texts), "plugin_memory", "the worker was ended because it used more than 256 MiB of memory")
    }

    private func expectOneReject(_ output: StepOutput, _ code: String, _ detail: String) {
        #expect(output.rejects == [StepReject(parent: 5, code: code, detail: detail, isBackstop: true)])
        #expect(output.parents == [0, 1, 2, 3, 4, 6, 7])
        #expect(output.copies.allSatisfy { Self.texts[$0] == $1 })
    }

    @Test(arguments: ["crashes_on_row", "crashes_silently"])
    func everyGuiltyRowIsFoundAndOwnRejectsStay(_ plugin: String) throws {
        let step = try OpenStep(plugin)
        defer { step.runner.shutdown() }
        let output = try step.run(["bad", "a", "bad", "reject", "b", "bad"])
        #expect(output.copies == [1: "a", 4: "b"])
        #expect(output.rejects.map(\.parent) == [0, 2, 3, 5])
        #expect(output.rejects.map(\.code) == ["plugin_crashed", "plugin_crashed", "not_text", "plugin_crashed"])
        #expect(output.rejects.map(\.isBackstop) == [true, true, false, true])
    }

    @Test func aBatchOfOnlyGuiltyRowsHasNoAnswers() throws {
        let step = try OpenStep("crashes_silently")
        defer { step.runner.shutdown() }
        let output = try step.run(["bad", "bad"])
        #expect(output.parents.isEmpty && output.added.rowCount == 0)
        #expect(output.rejects.map(\.parent) == [0, 1])
    }

    @Test(arguments: ["crashes_on_row", "crashes_silently"])
    func aGroupedStepLosesTheWholeSample(_ plugin: String) throws {
        let step = try OpenStep(plugin, defines: ["STEP_MEMBERS": #"", \"grouped\": true""#])
        defer { step.runner.shutdown() }
        let output = try step.run(["a", "b", "c", "bad", "d", "e", "f"], sampleStarts: [0, 2, 5])
        #expect(output.copies == [0: "a", 1: "b", 5: "e", 6: "f"])
        #expect(output.rejects.map(\.parent) == [2, 3, 4])
    }

    @Test func otherWorkersDoNotNotice() throws {
        let step = try OpenStep("crashes_on_row", workers: 2)
        defer { step.runner.shutdown() }
        let done = Mailbox<Result<StepOutput, Failure>>()
        for number in 0..<20 {
            step.runner.run(OpenStep.call(number % 5 == 0 ? ["bad"] : ["good"])) { done.send($0) }
        }
        var results: [Result<StepOutput, Failure>] = []
        while results.count < 20 { results += done.receive() }
        let outputs = try results.map { try $0.get() }
        #expect(outputs.filter { $0.rejects.map(\.code) == ["plugin_crashed"] }.count == 4)
        #expect(outputs.filter { $0.copies == [0: "good"] }.count == 16)
    }
}
