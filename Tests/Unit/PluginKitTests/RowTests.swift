import Testing

@testable import PluginKit

/// Does what the text of each row says.
private struct Obedient: Step {
    struct Surprise: Error, CustomStringConvertible { let description = "what a surprise" }
    static let id = "obedient"
    static let summary = "Does as told."
    let text: Input<String>
    let number: Output<Int64>
    let note: Output<String?>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        number = declare.adds("number", doc: "")
        note = declare.adds("note", doc: "")
        declare.rejects("told_to", doc: "")
    }

    func run(_ row: inout Row) throws {
        if row[text] == "forget" { return }
        row[number] = 1
        row[note] = "draft"
        switch row[text] {
        case "reject": throw Reject("told_to")
        case "reject unknown": throw Reject("made_up")
        case "fail": throw StepError(.resourceFailed, where: "/database", "The database is gone.")
        case "surprise": throw Surprise()
        case "twice":
            row[number] = 2
            row[note] = nil
        default: break
        }
    }
}

/// Emits the words of a text.
private struct Words: ExpandingStep {
    static let id = "words"
    static let summary = "Makes a row of each word."
    let text: Input<String>
    let word: Output<String>
    let length: Output<Int64?>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        word = declare.adds("word", doc: "")
        length = declare.adds("length", doc: "")
        declare.rejects("bad_word", doc: "")
        declare.example(
            input: [["text": "a bc"]], output: [["word": "a", "length": nil], ["word": "bc", "length": 2]])
    }

    func run(_ row: inout Row, emit: () throws -> Void) throws {
        for part in row[text].split(separator: " ") {
            if part == "bad" { throw Reject("bad_word", "no") }
            if part == "unset" { try emit() }
            row[word] = String(part)
            if part.count > 1 { row[length] = Int64(part.count) }
            if part != "last" { try emit() }
        }
    }
}

@Suite("Rows")
struct RowTests {
    private func error(_ text: String) -> StepError? {
        #expect(throws: StepError.self) { try StepHarness<Obedient>().run([["text": "fine"], ["text": .text(text)]]) }
    }

    @Test("leave nothing behind when they are rejected, and the last value counts")
    func rollback() throws {
        let results = try StepHarness<Obedient>().run([["text": "reject"], ["text": "twice"], ["text": "fine"]])
        #expect(
            results == [
                .rejected(code: "told_to", detail: nil), .added(["number": 2, "note": nil]),
                .added(["number": 1, "note": "draft"]),
            ])
    }

    @Test("that go wrong fail the batch with their number")
    func failures() {
        #expect(
            error("forget")
                == StepError(
                    .internal, where: "number",
                    "The step did not set its output `number`; set it, or declare it as nullable.", row: 1))
        #expect(
            error("reject unknown")
                == StepError(
                    .internal, "The step rejected a row with the code `made_up`, which it does not declare.", row: 1))
        #expect(error("fail") == StepError(.resourceFailed, where: "/database", "The database is gone.", row: 1))
        #expect(error("surprise") == StepError(.internal, "what a surprise", row: 1))
    }

    @Test("can become several, each with its own values")
    func expanding() throws {
        let results = try StepHarness<Words>().run([["text": "a bc"], ["text": "good bad"], ["text": "d"]])
        #expect(
            results == [
                .expanded([["word": "a", "length": nil], ["word": "bc", "length": 2]]),
                .rejected(code: "bad_word", detail: "no"), .expanded([["word": "d", "length": nil]]),
            ])
        try StepHarness<Words>.runExamples()
    }

    @Test("that are not emitted are not there")
    func notEmitted() throws {
        let results = try StepHarness<Words>().run([["text": "a last"], ["text": "b"]])
        #expect(
            results == [.expanded([["word": "a", "length": nil]]), .expanded([["word": "b", "length": nil]])])
        let error = #expect(throws: StepError.self) { try StepHarness<Words>().run([["text": ""]]) }
        #expect(
            error
                == StepError(.internal, "The step made no row of an input row; call `emit`, or throw `Reject`.", row: 0)
        )
        let unset = #expect(throws: StepError.self) { try StepHarness<Words>().run([["text": "a unset"]]) }
        #expect(unset?.where == "word")
    }
}
