import PluginKit
import Testing

@testable import {{Name}}Plugin

@Test func countsWordsAndRejectsLongTexts() throws {
    let harness = try StepHarness<Count>(options: ["limit": 10])
    let results = try harness.run([["text": "to\tbe  or\n"], ["text": "not to be 🤷"]])
    #expect(results == [.added(["words": 3]), .rejected(code: "too_long", detail: "14 bytes")])
}

@Test func doesWhatItsExamplesSay() throws {
    try StepHarness<Count>.runExamples()
}
