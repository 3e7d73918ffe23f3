import PluginKit
import Testing

@Suite("A step in the harness")
struct StepHarnessTests {
    @Test("adds columns and rejects rows, each row for itself")
    func addsAndRejects() throws {
        let harness = try StepHarness<Shout>(options: ["suffix": "?", "limit": 3])
        let results = try harness.run([["text": "hi"], ["text": "long"], ["text": "yo"], ["text": ""]])
        #expect(
            results == [
                .added(["loud": "HI?"]), .rejected(code: "too_long", detail: "4 characters"),
                .added(["loud": "YO?"]), .added(["loud": "?"]),
            ])
        #expect(results[0]["loud"] == "HI?")
        #expect(results[1]["loud"] == nil)
    }

    @Test("takes an empty batch")
    func emptyBatch() throws {
        #expect(try StepHarness<Shout>().run([]) == [])
    }

    @Test("checks the declared examples")
    func examples() throws {
        try StepHarness<Shout>.runExamples()
    }

    @Test("says which example differs")
    func wrongExample() {
        let error = #expect(throws: StepError.self) { try StepHarness<WrongExample>.runExamples() }
        #expect(
            error?.message
                == #"Example 1 of step `wrong_example` should give [{"copy":"no"}], but gives [{"copy":"yes"}]."#)
    }

    @Test("refuses rows that do not fit the inputs")
    func misfits() throws {
        let harness = try StepHarness<Shout>()
        #expect(
            throws: StepError(
                .invalidInput, where: "text",
                "The test's row has an integer where the column takes a value of type utf8.", row: 1)
        ) {
            try harness.run([["text": "a"], ["text": 3]])
        }
        #expect(
            throws: StepError(
                .invalidInput, where: "text",
                "The test's row has null where the column takes a value that is not null.", row: 0)
        ) {
            try harness.run([[:]])
        }
        #expect(
            throws: StepError(
                .invalidInput, where: "txt", "The test's row has a column `txt` that is not bound.", row: 0)
        ) {
            try harness.run([["txt": "a"]])
        }
    }
}

private struct WrongExample: Step {
    static let id = "wrong_example"
    static let summary = "Copies."
    let text: Input<String>
    let copy: Output<String>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        copy = declare.adds("copy", doc: "")
        declare.example(input: [["text": "yes"]], output: [["copy": "no"]])
    }

    func run(_ row: inout Row) {
        row[copy] = row[text]
    }
}
