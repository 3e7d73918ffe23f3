import Blocking
import ControlPlane
import DataPlane
import Testing

/// A plugin that does all it promises.
@Suite(.blocking) struct StepTests {
    private let texts = ["eins", "zwei 🐟", "reject", "", "fünf"]

    @Test(arguments: [UsePlan.Isolation.worker, .inline])
    func rowsComeBackWithTheirParentsAndRejects(_ isolation: UsePlan.Isolation) throws {
        let step = try OpenStep("good", isolation: isolation)
        defer { step.runner.shutdown() }
        #expect(step.runner.reads == [Field("text", .utf8)])
        #expect(step.runner.adds == [Field("copy", .utf8)])
        let output = try step.run(texts)
        #expect(output.parents == [0, 1, 3, 4])
        #expect(output.copies == [0: "eins", 1: "zwei 🐟", 3: "", 4: "fünf"])
        #expect(output.rejects == [StepReject(parent: 2, code: "not_text", detail: nil)])
    }

    @Test func workerAndInlineGiveEqualBytes() throws {
        let worker = try OpenStep("good")
        let inline = try OpenStep("good", defines: ["PLUGIN_ID": "\"equal\""], isolation: .inline)
        defer {
            worker.runner.shutdown()
            inline.runner.shutdown()
        }
        for texts in [texts, [], ["one"], (0..<3000).map { "text \($0) ü" }] {
            let a = try worker.run(texts)
            let b = try inline.run(texts)
            #expect(a.parents == b.parents && a.rejects == b.rejects)
            let (left, right) = (a.added.columns[0], b.added.columns[0])
            #expect(left.values.map { Array($0.bytes) } == right.values.map { Array($0.bytes) })
            #expect(left.offsets.map { Array($0.bytes) } == right.offsets.map { Array($0.bytes) })
        }
    }

    @Test func severalWorkersAnswerEveryBatchOnce() throws {
        let step = try OpenStep("good", workers: 3)
        defer { step.runner.shutdown() }
        #expect(step.runner.parallelism == 3)
        let done = Mailbox<(Int, Result<StepOutput, Failure>)>()
        for number in 0..<50 {
            step.runner.run(OpenStep.call(["batch \(number)"], number: UInt64(number))) { done.send((number, $0)) }
        }
        var answers: [Int: String] = [:]
        while answers.count < 50 {
            for (number, result) in done.receive() {
                #expect(answers[number] == nil)
                answers[number] = try result.get().copies[0]
            }
        }
        #expect(answers.allSatisfy { $1 == "batch \($0)" })
    }

    @Test func whatAPluginPrintsGoesNowhere() throws {
        let step = try OpenStep("prints")
        defer { step.runner.shutdown() }
        #expect(try step.run(["one", "two"]).copies == [0: "one", 1: "two"])
    }

    @Test func aStepThatLogsRunsOn() throws {
        let step = try OpenStep("logs")
        defer { step.runner.shutdown() }
        #expect(try step.run(["one", "two"]).copies == [0: "one", 1: "two"])
    }

    @Test func shutdownCancelsTheBatchUnderWayAndTheOnesThatWait() throws {
        let step = try OpenStep("waits_for_cancel")
        let done = Mailbox<Result<StepOutput, Failure>>()
        step.runner.run(OpenStep.call(["bad"])) { done.send($0) }
        step.runner.run(OpenStep.call(["next"])) { done.send($0) }
        step.runner.shutdown()
        step.runner.run(OpenStep.call(["late"])) { done.send($0) }
        var results: [Result<StepOutput, Failure>] = []
        while results.count < 3 { results += done.receive() }
        for result in results {
            let message = try failureMessage { _ = try result.get() }
            #expect(message == "plugin 'echo' 1.0.0, step 'copy' (node 'node'): the run was stopped")
        }
    }

    @Test(arguments: [UsePlan.Isolation.worker, .inline])
    func aStepThatSaysUnaskedThatItWasCancelledIsAtFault(_ isolation: UsePlan.Isolation) throws {
        let step = try OpenStep(
            "cancels_unasked", defines: ["PLUGIN_ID": "\"unasked_\(isolation)\""], isolation: isolation)
        defer { step.runner.shutdown() }
        #expect(
            try failureMessage { _ = try step.run(["good", "bad"]) }
                == "plugin 'unasked_\(isolation)' 1.0.0, step 'copy' (node 'node'): the step failed at row 1: it said that it was "
                + "cancelled, and nobody had asked it to. This is a fault of the plugin: report it to its author")
    }

    @Test func anInlineStepNoticesThatItIsCancelled() throws {
        let step = try OpenStep("waits_for_cancel", defines: ["PLUGIN_ID": "\"waiter\""], isolation: .inline)
        let done = Mailbox<Result<StepOutput, Failure>>()
        step.runner.run(OpenStep.call(["bad"])) { done.send($0) }
        step.runner.shutdown()
        let message = try failureMessage { _ = try done.receive()[0].get() }
        #expect(message == "plugin 'waiter' 1.0.0, step 'copy' (node 'node'): the run was stopped")
    }

    @Test func oneProcessHoldsOneVersionOfAnInlinePlugin() throws {
        let first = try OpenStep("good", defines: ["PLUGIN_ID": "\"twice\""], isolation: .inline)
        defer { first.runner.shutdown() }
        let message = try failureMessage {
            _ = try OpenStep(
                "good", defines: ["PLUGIN_ID": "\"twice\"", "VERSION": "\"2.0.0\""], isolation: .inline)
        }
        #expect(
            message
                == "plugin 'twice' 2.0.0, step 'copy' (node 'node'): another version of the plugin is already loaded "
                + "with isolation 'inline', and one process can hold only one; use isolation 'worker'")
    }

    @Test func twoVersionsRunSideBySideInWorkers() throws {
        let first = try OpenStep("good")
        let second = try OpenStep("good", defines: ["VERSION": "\"2.0.0\""])
        defer {
            first.runner.shutdown()
            second.runner.shutdown()
        }
        #expect(try first.run(["a"]).copies == second.run(["a"]).copies)
        #expect(second.plugin.spec.version == SemanticVersion(2, 0, 0))
    }

    @Test func aBatchPastTheCapIsRefusedOnItsWayIn() throws {
        let step = try OpenStep("good", batchByteLimit: 8192)
        defer { step.runner.shutdown() }
        let message = try failureMessage { _ = try step.run([String(repeating: "x", count: 10_000)]) }
        #expect(
            message
                == "plugin 'echo' 1.0.0, step 'copy' (node 'node'): a batch for it has 10304 bytes, the cap is 8192; "
                + "make the rows or the batches smaller")
        #expect(try step.run(["small"]).copies == [0: "small"])
    }
}
