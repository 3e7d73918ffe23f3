import Blocking
import ControlPlane
import DataPlane
import Testing

/// Plugins that break a rule of Docs/specs/abi.md: the run stops with a message that says who, where and which rule.
@Suite(.blocking) struct ViolationTests {
    static let who = "plugin 'echo' 1.0.0, step 'copy' (node 'node')"
    static let blame = "This is a fault of the plugin: report it to its author"

    /// What each faulty plugin is told when it has worked on four rows.
    static let results: [(plugin: String, message: String)] = [
        ("drops_row", "broke the rule 'parent' at row 1: the input row is neither in 'out' nor in 'rejects'"),
        (
            "repeats_parent",
            "broke the rule 'parent' at column 'parent', row 1: in 'out', the input row 0 comes twice"
        ),
        (
            "wrong_parent",
            "broke the rule 'parent' at column 'parent', row 2: in 'out', there is no input row 9: the batch has 4 rows"
        ),
        (
            "answers_and_rejects",
            "broke the rule 'parent' at row 0: the input row is both in 'out' and in 'rejects'"
        ),
        (
            "invalid_utf8",
            "broke the rule 'utf8' at column 'copy', row 2: in 'out', the text is not UTF-8"
        ),
        (
            "bad_offset",
            "broke the rule 'structure' at column 'copy', row 1: in 'out', the offsets go down from 5 to 4"
        ),
        (
            "unknown_code",
            "broke the rule 'code' at column 'code', row 0: 'other_id' is not a code of the spec, which has not_text"
        ),
        (
            "null_value",
            "broke the rule 'null' at column 'copy', row 2: in 'out', a null in a column that has none by its schema"
        ),
        (
            "breaks_constraint",
            "broke the rule 'constraint' at column 'copy', row 3: it has 6 bytes, the spec says at most 5"
        ),
        ("unfilled", "broke the rule 'structure': in 'out', the array was not filled"),
    ]

    @Test(arguments: results) func aWorkersResultIsChecked(_ fault: (plugin: String, message: String)) throws {
        let step = try OpenStep(fault.plugin)
        defer { step.runner.shutdown() }
        let message = try failureMessage { _ = try step.run(["first", "two", "three", "fourth"]) }
        #expect(message == "\(Self.who), \(fault.message). \(Self.blame)")
    }

    @Test(arguments: results) func anInlineResultIsChecked(_ fault: (plugin: String, message: String)) throws {
        let id = "inline_\(fault.plugin)"
        let step = try OpenStep(fault.plugin, defines: ["PLUGIN_ID": "\"\(id)\""], isolation: .inline)
        defer { step.runner.shutdown() }
        let message = try failureMessage { _ = try step.run(["first", "two", "three", "fourth"]) }
        #expect(message == "plugin '\(id)' 1.0.0, step 'copy' (node 'node'), \(fault.message). \(Self.blame)")
    }

    @Test(arguments: [
        ("undeclared_column", "at column 'extra': 'bind' announced a column that the spec does not add"),
        ("wrong_type", "at column 'copy': 'bind' announced it as int64, the spec says utf8"),
        ("nullable_column", "at column 'copy': 'bind' announced that it may be null, the spec says that it never is"),
        ("unknown_read", "at column 'gold': 'bind' wants to read a column that it was not offered"),
    ])
    func whatBindSaysIsChecked(_ plugin: String, _ rest: String) throws {
        let message = try failureMessage { _ = try OpenStep(plugin) }
        #expect(message == "\(Self.who), broke the rule 'schema' \(rest). \(Self.blame)")
    }

    /// What the host's own code dies of in the worker is a death like any other, and no rule that the host can name.
    @Test func anOffsetFarBehindItsBufferIsTheWorkersDeath() throws {
        let step = try OpenStep("far_offset", batchByteLimit: 64 << 20)
        defer { step.runner.shutdown() }
        let output = try step.run(["first", "two"])
        let detail = "while its result was read, the worker was ended by SIGSEGV"
        #expect(
            output.rejects
                == (0..<2).map { StepReject(parent: $0, code: "plugin_crashed", detail: detail, isBackstop: true) })
        #expect(output.parents.isEmpty)
    }

    @Test func aResultPastTheCapIsRefused() throws {
        let step = try OpenStep("far_offset", batchByteLimit: 8192)
        defer { step.runner.shutdown() }
        let message = try failureMessage { _ = try step.run(["first", "two"]) }
        #expect(
            message == "\(Self.who), broke the rule 'size': the batch it returned has 16777664 bytes, the cap is 8192; "
                + "its rows must become smaller. \(Self.blame)")
    }

    @Test(arguments: [UsePlan.Isolation.worker, .inline])
    func aStepThatFailsSaysWhy(_ isolation: UsePlan.Isolation) throws {
        let step = try OpenStep("fails_on_row", defines: ["PLUGIN_ID": "\"gives_up\""], isolation: isolation)
        defer { step.runner.shutdown() }
        let message = try failureMessage { _ = try step.run(["first", "two"]) }
        #expect(
            message
                == "plugin 'gives_up' 1.0.0, step 'copy' (node 'node'): the step failed at row 1: the database is gone")
    }

    @Test func aStepThatRefusesItsOptionsSaysWhy() throws {
        let message = try failureMessage { _ = try OpenStep("refuses_config") }
        #expect(message == "\(Self.who): the step cannot be set up (option /limit): 'limit' must be even")
    }

    @Test func aStepThatRefusesItsInputSaysWhy() throws {
        let message = try failureMessage { _ = try OpenStep("refuses_input") }
        #expect(
            message == "\(Self.who): the step cannot be bound to its input (column text): the column must be a list")
    }

    @Test func aWorkerThatDiesWhileItIsSetUpIsAFailureWithItsLastWords() throws {
        let message = try failureMessage { _ = try OpenStep("crashes_in_create") }
        #expect(
            message == "\(Self.who): the worker that was creating the step was ended by SIGABRT; "
                + "its standard error ends with:\nno such thing")
    }

    @Test func aWorkerThatDiesWhileItIsBoundIsAFailure() throws {
        let message = try failureMessage { _ = try OpenStep("crashes_in_bind") }
        #expect(message == "\(Self.who): the worker that was binding the step was ended by SIGSEGV")
    }
}
