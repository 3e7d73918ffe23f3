import DataPlane
import Testing

@testable import ControlPlane

/// Which options the conformance kit gives a step.
@Suite struct StepOptionsTests {
    private func spec() throws -> PluginSpec {
        try PluginSpec(
            parsing: """
                {"id": "p", "version": "1.0.0", "summary": "S.", "toolchain": "c", "steps": [{"id": "s", \
                "summary": "S.", "reads": [{"name": "text", "type": "utf8"}], "options": [\
                {"name": "suffix", "type": "string", "default": "!"}, \
                {"name": "style", "type": "string", "required": true}, \
                {"name": "k", "type": "integer"}, {"name": "words", "type": "string_list"}, \
                {"name": "table", "type": "resource"}], "examples": [\
                {"input": [], "output": []}, \
                {"with": {"style": "loud", "suffix": "?", "table": "tables"}, "input": [], "output": []}]}]}
                """)
    }

    @Test func defaultsAndTheFirstExamplesValueAreTaken() throws {
        let step = try spec().steps[0]
        #expect(try StepOptions.base(step, with: [:]) == ["suffix": "!", "style": "loud"])
        #expect(
            try StepOptions.base(step, with: ["style": "plain", "k": "3", "words": "a,b"])
                == ["suffix": "!", "style": "plain", "k": 3, "words": ["a", "b"]])
    }

    @Test func anExampleHasItsOwnOptions() throws {
        let step = try spec().steps[0]
        #expect(
            try StepOptions.example(step.examples[1], of: step, with: ["table": "/t", "suffix": ";", "k": "3"])
                == ["suffix": "?", "style": "loud", "k": 3, "table": "/t"])
        #expect(
            throws: Finding.skip("an example uses the resource 'table': give --with table=PATH")
        ) { try StepOptions.example(step.examples[1], of: step, with: [:]) }
        #expect(
            throws: Finding.skip("the option 'style' is required: give --with style=VALUE")
        ) { try StepOptions.example(step.examples[0], of: step, with: [:]) }
    }

    @Test(
        arguments: [
            (OptionSpec.Kind.string, "7", "7"), (.integer, "7", 7), (.integer, "7.5", nil), (.integer, "x", nil),
            (.number, "7", 7), (.number, "7.5", 7.5), (.boolean, "true", true), (.boolean, "yes", nil),
            (.stringList, "a,b", ["a", "b"]), (.stringList, #"["a,b"]"#, ["a,b"]), (.stringList, "[1]", nil),
            (.resource, "folder", "folder"),
        ] as [(OptionSpec.Kind, String, JSONValue?)])
    func aValueIsReadByItsKind(_ kind: OptionSpec.Kind, _ text: String, _ value: JSONValue?) {
        #expect(kind.value(of: text) == value)
    }

    @Test func otherJSONMeansTheSame() throws {
        let value: JSONValue = ["a": ["x", 1, nil, ["b": "\u{1F600}\n"]], "c": 2.5]
        let text = value.writtenOtherwise
        #expect(text.hasPrefix("\n{ \"\\u0063\" :\r\n 2.5"))
        #expect(try JSONParser().parse(text) == value)
    }
}
