import PluginKit
import Testing

@testable import Prompt

@Suite("prompt/fill")
struct FillTests {
    private func messages(_ options: [String: Value], _ row: [String: Value]) throws -> Value? {
        try StepHarness<Fill>(options: options).run([row])[0]["messages"]
    }

    @Test("writes a system and a user message, and the user's alone")
    func messages() throws {
        #expect(
            try messages(
                ["system": "Translate to {language}.", "user": "{text}"], ["language": "French", "text": "Good."])
                == [
                    ["role": "system", "content": "Translate to French."], ["role": "user", "content": "Good."],
                ])
        #expect(try messages(["user": "Q: {q}\nA:"], ["q": "Why?"]) == [["role": "user", "content": "Q: Why?\nA:"]])
    }

    @Test(
        "leaves all braces alone that are no place for a column",
        arguments: [
            (#"{"sum": 3} {q}"#, #"{"sum": 3} Why?"#), ("{{q}} is {q}", "{q} is Why?"), ("{ q } {q", "{ q } {q"),
            ("{{{q}}}", "{{q}}"), ("}{q}{", "}Why?{"), ("{q}{q}", "Why?Why?"), ("{1} {é} {}{q}", "{1} {é} {}Why?"),
            ("{{q} {q}}", "{Why? Why?}"), (#"{"a": {"b": {q}}}"#, #"{"a": {"b": Why?}}"#),
        ])
    func braces(template: String, text: String) throws {
        // A place of its own, so that each of the templates has one.
        let filled = try messages(["system": "{q}", "user": .text(template)], ["q": "Why?"])
        #expect(filled == [["role": "system", "content": "Why?"], ["role": "user", "content": .text(text)]])
    }

    @Test("does not fill in what a column says, and leaves a null empty")
    func values() throws {
        #expect(
            try messages(["user": "{a}|{b}"], ["a": "{b}", "b": nil]) == [["role": "user", "content": "{b}|"]])
    }

    @Test("refuses a template without a place, and none")
    func misfits() {
        #expect(
            throws: StepError(
                .invalidConfig, where: "/user",
                "The template has no place for a column, so all questions would be one; write one such as {question}.")
        ) { try StepHarness<Fill>(options: ["user": "Say something."]) }
        #expect(
            throws: StepError(.invalidConfig, where: "/user", "Option `user` is required.")
        ) { try StepHarness<Fill>() }
    }

    @Test("keeps its examples")
    func examples() throws { try StepHarness<Fill>.runExamples() }
}
