import Blocking
import ControlPlane
import DataPlane
import Testing

/// What the host checks on what comes back from a real plugin, and `on_violation: quarantine`: a broken rule costs the
/// rows it was broken for, and no other.
@Suite(.blocking) struct QuarantineTests {
    static let who = "plugin 'columns' 1.0.0, step 'all' (node 'node')"
    static let blame = ". This is a fault of the plugin: report it to its author"
    private static let message = "by its tag 'messages' each message must have a content"

    /// The text at which Tests/Fixtures/Plugins/columns.c breaks a rule, the rule, the column and the words.
    static let breaches: [(text: String, rule: String, column: String, message: String)] = [
        ("option", "constraint", "word", "the text is not among the options of the spec"),
        ("pattern", "constraint", "word", "the text does not match the pattern '^[a-z]{3}$'"),
        ("utf8", "utf8", "word", "in 'out', the text is not UTF-8"),
        ("below", "constraint", "count", "the value is below the minimum 1"),
        ("above", "constraint", "count", "the value is above the maximum 10"),
        ("infinite", "tag", "score", "by its tag 'score' the number must be finite"),
        ("nan", "tag", "score", "by its tag 'score' the number must be finite"),
        ("verdict", "tag", "verdict", "by its tag 'verdict' the text must be ok, wrong or undecidable"),
        ("short", "constraint", "verdict", "it has 0 bytes, the spec says at least 1"),
        ("long", "constraint", "facts", "it has 20 bytes, the spec says at most 16"),
        ("json", "tag", "facts", "by its tag 'json' the text must be one JSON value"),
        ("few", "constraint", "tags", "it has 0 elements, the spec says at least 1"),
        ("many", "constraint", "tags", "it has 4 elements, the spec says at most 3"),
        ("item", "utf8", "tags.item", "in 'out', the text is not UTF-8"),
        ("silent", "tag", "messages", "by its tag 'messages' there must be at least one message"),
        ("role", "tag", "messages", "by its tag 'messages' each role must be system, user, assistant or tool"),
        ("content", "tag", "messages", message),
        ("code", "code", "code", "'no_such_code' is not a code of the spec, which has too_odd"),
    ]

    @Test func rightColumnsPass() throws {
        let step = try OpenStep("columns")
        defer { step.runner.shutdown() }
        let output = try step.run(["one", "two"])
        #expect(output.parents == [0, 1] && output.rejects.isEmpty)
        #expect(
            output.added.columns.map { $0.json(1).compact } == [
                #""yes""#, "5", "0.5", #""undecidable""#, #""{\"a\": [1, null]}""#, #"["tag"]"#,
                #"[{"role":"system","content":""},{"role":"assistant","content":"hi"}]"#,
            ])
    }

    /// The rules in a run that they end: the row is of the batch, or of the rejects.
    @Test(arguments: breaches)
    func aBrokenRuleEndsTheRun(_ breach: (text: String, rule: String, column: String, message: String)) throws {
        let step = try OpenStep("columns")
        defer { step.runner.shutdown() }
        let message = try failureMessage { _ = try step.run(["good", breach.text, "good"]) }
        let row = breach.rule == "code" ? 0 : 1
        #expect(
            message == "\(Self.who), broke the rule '\(breach.rule)' at column '\(breach.column)', row \(row): "
                + breach.message + Self.blame)
    }

    @Test(arguments: [UsePlan.Isolation.worker, .inline])
    func aBrokenRuleOfARowCostsTheRow(_ isolation: UsePlan.Isolation) throws {
        let step = try OpenStep(
            "columns", defines: ["PLUGIN_ID": "\"columns_0\""], isolation: isolation, onViolation: .quarantine)
        defer { step.runner.shutdown() }
        // All of them in one batch, a good row before each.
        let output = try step.run(Self.breaches.flatMap { ["good", $0.text] } + ["good"])
        #expect(output.parents == (0...Self.breaches.count).map { 2 * $0 })
        #expect(
            output.rejects
                == Self.breaches.enumerated().map { index, breach in
                    StepReject(
                        parent: 2 * index + 1, code: "contract_violation",
                        detail:
                            "the step broke the rule '\(breach.rule)' at column '\(breach.column)': \(breach.message)")
                })
        #expect((0..<output.added.rowCount).allSatisfy { output.added.columns[0].string($0) == "yes" })
        #expect(output.added.columns.allSatisfy { $0.nullCount == 0 })
    }

    @Test(arguments: [UsePlan.Isolation.worker, .inline])
    func aBatchOfOnlyBrokenRowsHasNoAnswers(_ isolation: UsePlan.Isolation) throws {
        let step = try OpenStep(
            "columns", defines: ["PLUGIN_ID": "\"columns_1\""], isolation: isolation, onViolation: .quarantine)
        defer { step.runner.shutdown() }
        let output = try step.run(["utf8", "missing", "code"])
        #expect(output.parents.isEmpty && output.added.rowCount == 0)
        #expect(output.rejects.map(\.parent) == [0, 1, 2])
        #expect(output.rejects.allSatisfy { $0.code == "contract_violation" })
    }

    /// Of a row that is missing nobody can say which one it was but by looking at each.
    @Test(arguments: [UsePlan.Isolation.worker, .inline])
    func aBrokenRuleOfTheBatchCostsTheRowsThatBringItAbout(_ isolation: UsePlan.Isolation) throws {
        let step = try OpenStep(
            "columns", defines: ["PLUGIN_ID": "\"columns_2\""], isolation: isolation, onViolation: .quarantine)
        defer { step.runner.shutdown() }
        let output = try step.run(["a", "b", "missing", "c", "json", "d", "missing"])
        #expect(output.parents == [0, 1, 3, 5])
        let missing = "the step broke the rule 'parent': the input row is neither in 'out' nor in 'rejects'"
        let json = "the step broke the rule 'tag' at column 'facts': by its tag 'json' the text must be one JSON value"
        #expect(
            output.rejects == [
                StepReject(parent: 2, code: "contract_violation", detail: missing),
                StepReject(parent: 4, code: "contract_violation", detail: json),
                StepReject(parent: 6, code: "contract_violation", detail: missing),
            ])
    }

    /// The step makes mistakes only with several rows at a time: alone each is right, and none is lost.
    @Test(arguments: ["drops_row", "repeats_parent", "bad_offset"])
    func rowsThatAreRightAloneAllComeThrough(_ plugin: String) throws {
        let step = try OpenStep(plugin, onViolation: .quarantine)
        defer { step.runner.shutdown() }
        let output = try step.run(["first", "two", "three", "fourth"])
        #expect(output.copies == [0: "first", 1: "two", 2: "three", 3: "fourth"] && output.rejects.isEmpty)
    }

    static let structures: [(id: String, statement: String, evidence: String)] = [
        (
            "offset", "result.ends[1] = -5",
            "the step broke the rule 'structure' at column 'copy': in 'out', the offsets go down from 0 to -5"
        ),
        (
            "size", "result.ends[result.rows] = 1 << 20",
            "the step broke the rule 'size': the batch it returned has 1049024 bytes, the cap is 65536; "
                + "its rows must become smaller"
        ),
        (
            "unfilled", "return FASTDISTILL_OK",
            "the step broke the rule 'structure': in 'out', the array was not filled"
        ),
    ]

    @Test(arguments: structures, [UsePlan.Isolation.worker, .inline])
    func aBatchThatIsNotSoundCostsTheRowThatBringsItAbout(
        _ fault: (id: String, statement: String, evidence: String), _ isolation: UsePlan.Isolation
    ) throws {
        // What points far behind a buffer is not to be read in the process of the tests.
        if isolation == .inline, fault.id == "size" { return }
        let step = try OpenStep(
            "dies", defines: ["AT_RESULT": fault.statement, "PLUGIN_ID": "\"unsound_\(fault.id)\""],
            isolation: isolation,
            onViolation: .quarantine, batchByteLimit: 65536)
        defer { step.runner.shutdown() }
        let output = try step.run(["a", "b", "c", "bad", "d", "reject", "e"])
        #expect(output.copies == [0: "a", 1: "b", 2: "c", 4: "d", 6: "e"])
        #expect(
            output.rejects == [
                StepReject(parent: 3, code: "contract_violation", detail: fault.evidence),
                StepReject(parent: 5, code: "not_text", detail: nil),
            ])
    }

    /// A grouped step never sees part of a sample, so a fault of the batch costs the sample; one of a row costs the row.
    @Test func aGroupedStepLosesTheSampleOnlyWhereItHasTo() throws {
        let step = try OpenStep(
            "dies", defines: ["AT_RESULT": "result.ends[1] = -5", "STEP_MEMBERS": #"", \"grouped\": true""#],
            onViolation: .quarantine)
        defer { step.runner.shutdown() }
        let output = try step.run(["a", "b", "c", "bad", "d", "e", "f"], sampleStarts: [0, 2, 5])
        #expect(output.copies == [0: "a", 1: "b", 5: "e", 6: "f"])
        #expect(output.rejects.map(\.parent) == [2, 3, 4])

        let other = try OpenStep(
            "invalid_utf8", defines: ["STEP_MEMBERS": #"", \"grouped\": true""#], onViolation: .quarantine)
        defer { other.runner.shutdown() }
        #expect(try other.run(["a", "b", "c", "d"], sampleStarts: [0]).rejects.map(\.parent) == [2])
    }

    @Test func whatBindSaysAgainstTheSpecStaysFatal() throws {
        let message = try failureMessage { _ = try OpenStep("wrong_type", onViolation: .quarantine) }
        #expect(
            message == "plugin 'echo' 1.0.0, step 'copy' (node 'node'), broke the rule 'schema' at column 'copy': "
                + "'bind' announced it as int64, the spec says utf8\(Self.blame)")
    }
}
