import Blocking
import ControlPlane
import DataPlane
import Foundation
import Testing

/// Every way for a step to die (Docs/specs/isolation.md): the row that did it is rejected with its code and evidence, all
/// others come through once, and nothing of the step is left: no process, no file, no descriptor.
@Suite(.blocking) struct DeathTests {
    private static let texts = (0..<8).map { $0 == 5 ? "bad" : "text \($0)" }

    /// How a step dies of a row, and what is said of it.
    struct Way: Sendable, CustomTestStringConvertible {
        /// Macro to statement, in Tests/Fixtures/Plugins/dies.c.
        var defines: [String: String]
        var code: String
        var detail: String
        var memoryLimitBytes: Int?

        init(_ place: String, _ statement: String, _ code: String, _ detail: String, memoryLimitBytes: Int? = nil) {
            defines = [place: statement]
            self.code = code
            self.detail = detail
            self.memoryLimitBytes = memoryLimitBytes
        }

        var testDescription: String { defines.map { "\($0): \($1)" }.joined() }
    }

    #if arch(x86_64)
    private static let trap = "SIGILL"
    #else
    private static let trap = "SIGTRAP"
    #endif
    private static let noMemory = "the worker ended for want of memory: the system grants it no more than 64 MiB"
    private static let cutOff = "the worker ended because the step had closed the connection to the host"
    private static let nonsense = "the worker was ended because the step wrote to the connection to the host"

    static let crashes: [Way] = [
        Way("AT_ROW", "__builtin_trap()", "plugin_crashed", "the worker was ended by \(trap)"),
        Way("AT_ROW", "raise(SIGSEGV)", "plugin_crashed", "the worker was ended by SIGSEGV"),
        Way("AT_ROW", "*(volatile int *)8 = 0", "plugin_crashed", "the worker was ended by SIGSEGV"),
        Way("AT_ROW", "overflow_stack(0)", "plugin_crashed", "the worker was ended by SIGSEGV"),
        Way("AT_ROW", "abort()", "plugin_crashed", "the worker was ended by SIGABRT"),
        Way("AT_ROW", "exit(0)", "plugin_crashed", "the worker ended itself with exit status 0"),
        Way("AT_ROW", "exit(1)", "plugin_crashed", "the worker ended itself with exit status 1"),
        Way("AT_ROW", "_exit(7)", "plugin_crashed", "the worker ended itself with exit status 7"),
        Way("AT_ROW", "raise(SIGUSR1)", "plugin_crashed", "the worker was ended by SIGUSR1"),
        Way(
            "AT_ROW", "raise(SIGKILL)", "plugin_memory",
            "the worker was ended by SIGKILL, which the system sends when memory runs out"),
        Way("AT_ROW", "ask_for_memory(256 << 20)", "plugin_memory", noMemory, memoryLimitBytes: 64 << 20),
        Way("AT_ROW", "insist_on_memory(256 << 20)", "plugin_memory", noMemory, memoryLimitBytes: 64 << 20),
        Way("AT_ROW", "leave_without_memory(256 << 20)", "plugin_memory", noMemory, memoryLimitBytes: 64 << 20),
        Way("AT_ROW", "close_descriptors()", "plugin_crashed", cutOff),
        Way("AT_ROW", "shutdown(3, SHUT_RDWR); pause()", "plugin_crashed", cutOff),
        Way("AT_ROW", "say_nonsense()", "plugin_crashed", nonsense),
        Way("AT_ROW", "say_half()", "plugin_crashed", nonsense),
        Way("AT_ROW", "leave_child(0); abort()", "plugin_crashed", "the worker was ended by SIGABRT"),
        Way("AT_ROW", "leave_child(1); abort()", "plugin_crashed", "the worker was ended by SIGABRT"),
        Way("AT_ROW", "fill_temporary_folder(); abort()", "plugin_crashed", "the worker was ended by SIGABRT"),
        Way("AT_RESULT", "abort()", "plugin_crashed", "the worker was ended by SIGABRT"),
        Way(
            "AT_RESULT", "result.ends[result.rows] = 1 << 27", "plugin_crashed",
            "while its result was read, the worker was ended by SIGSEGV"),
        Way(
            "AT_RELEASE", "raise(SIGSEGV)", "plugin_crashed",
            "while its result was released, the worker was ended by SIGSEGV"),
    ]

    @Test(arguments: crashes, [false, true])
    func aDeathCostsTheGuiltyRowOnly(_ way: Way, reportsProgress: Bool) throws {
        let notes = try TemporaryFolder()
        var defines = way.defines
        if reportsProgress { defines["REPORTS_PROGRESS"] = "" }
        let step = try OpenStep("dies", notes: notes, defines: defines, memoryLimitBytes: way.memoryLimitBytes)
        let first = try Processes(of: step)
        let output = try step.run(Self.texts)
        let next = try step.run(["next"])
        step.runner.shutdown()
        expectOneReject(output, way.code, way.detail)
        #expect(next.copies == [0: "next"])
        try first.expectGone()
        try expectNothingLeft(of: step, notes)
    }

    static let hangs: [Way] = [
        Way("AT_ROW", "for (;;) pause()", "plugin_timeout", ""),
        Way("AT_ROW", "for (;;) {}", "plugin_timeout", ""),
        Way("AT_ROW", "raise(SIGSTOP)", "plugin_timeout", ""),
        Way("AT_ROW", "write_for_ever(stdout)", "plugin_timeout", ""),
        Way(
            "AT_ROW", "write_for_ever(stderr)", "plugin_timeout",
            "; its standard error ends with:\n" + Array(repeating: "more and more", count: 19).joined(separator: "\n")),
        Way("AT_ROW", "close_descriptors(); for (;;) pause()", "plugin_timeout", ""),
        Way("AT_ROW", "leave_child(1); for (;;) pause()", "plugin_timeout", ""),
        Way("AT_RESULT", "for (;;) pause()", "plugin_timeout", ""),
    ]

    @Test(arguments: hangs, [false, true])
    func aHangCostsTheGuiltyRowOnly(_ way: Way, reportsProgress: Bool) throws {
        let notes = try TemporaryFolder()
        var defines = way.defines
        if reportsProgress { defines["REPORTS_PROGRESS"] = "" }
        let step = try OpenStep("dies", notes: notes, defines: defines, rowTimeoutMilliseconds: 500)
        let first = try Processes(of: step)
        let output = try step.run(Self.texts)
        step.runner.shutdown()
        // What is written without end may be cut anywhere.
        let detail = output.rejects.first?.detail ?? ""
        #expect(detail.hasPrefix("the worker was ended after 500 ms without progress\(way.detail)"), "\(detail)")
        expectOneReject(output, way.code, detail)
        try first.expectGone()
        try expectNothingLeft(of: step, notes)
    }

    /// Halves that run out the deadline as well would cost one each.
    @Test func aHangCostsTwoDeadlines() throws {
        let notes = try TemporaryFolder()
        let step = try OpenStep(
            "dies", notes: notes, defines: ["AT_ROW": "note(\"hang \", count); for (;;) pause()"],
            rowTimeoutMilliseconds: 500)
        defer { step.runner.shutdown() }
        let output = try step.run((0..<64).map { $0 == 40 ? "bad" : "text" })
        #expect(output.rejects.map(\.parent) == [40] && output.parents.count == 63)
        // Of 64 rows, then of the one.
        #expect(try notes.lines.filter { $0.hasPrefix("hang") } == ["hang 64", "hang 1"])
        #expect(try notes.lines.filter { $0.hasPrefix("rows") }.count == 63)
    }

    @Test func aHangOfARowThatWasReportedCostsOneDeadline() throws {
        let notes = try TemporaryFolder()
        let step = try OpenStep(
            "dies", notes: notes,
            defines: ["AT_ROW": "note(\"hang \", count); for (;;) pause()", "REPORTS_PROGRESS": ""],
            rowTimeoutMilliseconds: 500)
        defer { step.runner.shutdown() }
        let output = try step.run((0..<64).map { $0 == 40 ? "bad" : "text" })
        #expect(output.rejects.map(\.parent) == [40] && output.parents.count == 63)
        #expect(try notes.lines == ["hang 64", "rows 63"])
    }

    @Test func aGroupedStepThatHangsIsRunSampleBySample() throws {
        let notes = try TemporaryFolder()
        let step = try OpenStep(
            "dies", notes: notes,
            defines: [
                "AT_ROW": "note(\"hang \", count); for (;;) pause()", "STEP_MEMBERS": #"", \"grouped\": true""#,
            ], rowTimeoutMilliseconds: 500)
        defer { step.runner.shutdown() }
        let output = try step.run(["a", "b", "c", "bad", "d", "e", "f"], sampleStarts: [0, 2, 5])
        #expect(output.copies == [0: "a", 1: "b", 5: "e", 6: "f"])
        #expect(output.rejects.map(\.parent) == [2, 3, 4])
        #expect(try notes.lines == ["hang 7", "rows 2", "hang 3", "rows 2"])
    }

    /// A step that ends a batch and then dies of a row that it had long done.
    @Test func theLastRowIsNotBlamedForWhatComesAfterIt() throws {
        let notes = try TemporaryFolder()
        let step = try OpenStep(
            "dies", notes: notes, defines: ["AT_RESULT": "note(\"died of \", count); abort()", "REPORTS_PROGRESS": ""])
        defer { step.runner.shutdown() }
        let output = try step.run(Self.texts)
        #expect(output.rejects.map(\.parent) == [5] && output.parents.count == 7)
        #expect(
            try notes.lines.filter { $0.hasPrefix("died") } == ["died of 8", "died of 4", "died of 2", "died of 1"])
    }

    static let places: [(macro: String, statement: String, message: String)] = [
        ("ON_CREATE", "abort();", "the worker that was creating the step was ended by SIGABRT"),
        ("ON_CREATE", "exit(0);", "the worker that was creating the step ended itself with exit status 0"),
        (
            "ON_CREATE", "leave_child(1); exit(3);",
            "the worker that was creating the step ended itself with exit status 3"
        ),
        (
            "ON_CREATE", "close_descriptors();",
            "the worker that was starting ended because the step had closed the connection to the host"
        ),
        ("ON_CREATE", "say_nonsense(); for (;;) pause();", "the worker that was creating the step \(saidNonsense)"),
        (
            "ON_CREATE", "ask_for_memory(256 << 20);",
            "the worker that was creating the step ended for want of memory: the system grants it no more than 64 MiB"
        ),
        ("ON_BIND", "raise(SIGSEGV);", "the worker that was binding the step was ended by SIGSEGV"),
        ("ON_BIND", "leave_child(0); abort();", "the worker that was binding the step was ended by SIGABRT"),
    ]
    static let saidNonsense = "was ended because the step wrote to the connection to the host"

    @Test(arguments: places)
    func aStepThatDiesWhileItIsSetUpLeavesNothing(_ place: (macro: String, statement: String, message: String)) throws {
        let notes = try TemporaryFolder()
        let message = try failureMessage {
            _ = try OpenStep(
                "dies", notes: notes, defines: [place.macro: place.statement + " (void)close_descriptors;"],
                memoryLimitBytes: 64 << 20)
        }
        #expect(message == "plugin 'echo' 1.0.0, step 'copy' (node 'node'): \(place.message)")
        for child in try notes.numbers("child ") { #expect(Processes.isGone(child)) }
    }

    /// A child that lives on while the step goes on is no fault, and ends with the worker.
    @Test(arguments: ["ON_CREATE", "AT_ROW"], [0, 1])
    func aChildDoesNotOutliveItsWorker(_ place: String, isDetached: Int) throws {
        let notes = try TemporaryFolder()
        let step = try OpenStep("dies", notes: notes, defines: [place: "leave_child(\(isDetached));"])
        #expect(try step.run(Self.texts).parents == Array(0..<8))
        let children = try notes.numbers("child ")
        #expect(children.count == 1 && !Processes.isGone(children[0]))
        step.runner.shutdown()
        #expect(Processes.isGone(children[0]))
    }

    @Test(arguments: [
        ("abort();", "the worker that was destroying the step was ended by SIGABRT"),
        ("exit(4);", "the worker that was destroying the step ended itself with exit status 4"),
        ("leave_child(1);", nil),
    ])
    func aStepThatDiesOfBeingDestroyedHarmsNoRow(_ statement: String, _ warning: String?) throws {
        let notes = try TemporaryFolder()
        let log = LineLog()
        let step = try OpenStep("dies", notes: notes, defines: ["ON_DESTROY": statement], log: log)
        #expect(try step.run(["good"]).copies == [0: "good"])
        let first = try Processes(of: step)
        step.runner.shutdown()
        try first.expectGone()
        try expectNothingLeft(of: step, notes)
        #expect(log.lines == (warning.map { ["warning: \($0)"] } ?? []))
    }

    private func expectOneReject(_ output: StepOutput, _ code: String, _ detail: String) {
        #expect(output.rejects == [StepReject(parent: 5, code: code, detail: detail, isBackstop: true)])
        #expect(output.parents == [0, 1, 2, 3, 4, 6, 7])
        #expect(output.copies.allSatisfy { Self.texts[$0] == $1 })
    }

    private func expectNothingLeft(of step: OpenStep, _ notes: TemporaryFolder) throws {
        #expect(try Processes.mapping(step.plugin.path) == [])
        for child in try notes.numbers("child ") { #expect(Processes.isGone(child)) }
        for line in try notes.lines where line.hasPrefix("/") {
            let parts = line.split(separator: " ")
            #expect(parts[1] == "700" && !FileManager.default.fileExists(atPath: String(parts[0])))
        }
    }
}
