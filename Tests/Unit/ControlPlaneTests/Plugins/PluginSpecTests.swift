import DataPlane
import Testing

@testable import ControlPlane

/// Reading `spec_json`: what is there comes through, what does not belong is refused with its JSON pointer.
@Suite struct PluginSpecTests {
    /// A spec with one step that has these members besides id and summary.
    private func spec(step members: String = "") -> String {
        """
        {"id": "shout", "version": "1.2.0", "summary": "Shouts.", "toolchain": "c",
         "steps": [{"id": "upper", "summary": "Upper case."\(members.isEmpty ? "" : ", ")\(members)}]}
        """
    }

    @Test func everyMemberIsRead() throws {
        let text = """
            {"id": "shout", "version": "1.2.0-rc.1", "summary": "Shouts.", "toolchain": "swift-6.3.1", "steps": [{
              "id": "upper", "summary": "Upper case.", "doc": "More.", "cardinality": "many", "grouped": true, "blind": true,
              "reads": [{"name": "text", "type": "utf8", "optional": true, "nullable": true, "doc": "The text."}],
              "adds": [
                {"name": "loud", "type": "utf8", "tags": ["facet", "result_digest"], "options": ["A", "B"],
                 "min_length": 1, "max_length": 9, "pattern": "^[A-Z]"},
                {"name": "score", "type": "float64", "minimum": 0, "maximum": 1.5, "tags": ["score"]}],
              "rejects": [{"code": "too_long", "doc": "Too long."}],
              "options": [
                {"name": "limit", "type": "integer", "default": 10, "minimum": 1, "maximum": 100, "doc": "Most.", "since": "1.1.0"},
                {"name": "mode", "type": "string", "choices": ["a", "b"], "required": true},
                {"name": "key", "type": "string", "secret": true}],
              "examples": [{"with": {"limit": 3}, "input": [{"text": "a"}], "output": [{"loud": "A"}]}]
            }]}
            """
        let spec = try PluginSpec(parsing: text)
        #expect(spec.id == "shout" && spec.version == SemanticVersion("1.2.0-rc.1") && spec.toolchain == "swift-6.3.1")
        let step = spec.steps[0]
        #expect(step.id == "upper" && step.doc == "More." && step.cardinality == .many)
        #expect(step.isGrouped && step.isBlind)
        #expect(step.reads[0].field == Field("text", .utf8, nullable: true) && step.reads[0].isOptional)
        #expect(step.adds[0].tags == [.facet, .resultDigest])
        var constraints = ColumnConstraints()
        constraints.options = ["A", "B"]
        constraints.minLength = 1
        constraints.maxLength = 9
        constraints.pattern = "^[A-Z]"
        #expect(step.adds[0].constraints == constraints)
        #expect(step.adds[1].constraints.minimum == 0 && step.adds[1].constraints.maximum == 1.5)
        #expect(step.rejects.map(\.code) == ["too_long"])
        #expect(step.options.map(\.kind) == [.integer, .string, .string])
        #expect(step.options[0].defaultValue == 10 && step.options[0].since == "1.1.0")
        #expect(step.options[1].isRequired && step.options[1].choices == ["a", "b"] && step.options[2].isSecret)
        #expect(step.examples[0].with == ["limit": 3] && step.examples[0].output == [["loud": "A"]])
    }

    @Test func aStepCanReadMoreThanItNames() throws {
        let step = try PluginSpec(
            parsing: spec(step: #""reads_more": {"type": "utf8", "nullable": true, "doc": "What stands for {name}."}"#)
        ).steps[0]
        var more = MoreColumns(.utf8)
        (more.isNullable, more.doc) = (true, "What stands for {name}.")
        #expect(step.readsMore == more)
        #expect(step.reads(naming: ["b", "a"]).map(\.field) == ["b", "a"].map { Field($0, .utf8, nullable: true) })
        let wrong = #expect(throws: Failure.self) {
            try PluginSpec(parsing: spec(step: #""reads_more": {"type": "text"}"#))
        }
        #expect(wrong?.message.hasPrefix("/steps/0/reads_more/type: ") == true, "\(wrong?.message ?? "")")
        let name = #expect(throws: Failure.self) {
            try PluginSpec(parsing: spec(step: #""reads_more": {"type": "utf8", "name": "x"}"#))
        }
        #expect(name?.message.hasPrefix("/steps/0/reads_more") == true, "\(name?.message ?? "")")
    }

    @Test func whatIsLeftOutHasADefault() throws {
        let step = try PluginSpec(parsing: spec()).steps[0]
        #expect(step.cardinality == .one && !step.isGrouped && !step.isBlind && step.doc.isEmpty)
        #expect(step.reads.isEmpty && step.adds.isEmpty && step.options.isEmpty && step.examples.isEmpty)
    }

    @Test(arguments: [
        ("[]", "the spec: must be an object, not an array"),
        ("{", "the spec: not JSON: "),
        (#"{"id": "a", "sumary": ""}"#, "the spec: unknown member 'sumary'; did you mean 'summary'?"),
        (#"{"id": "a"}"#, "the spec: the member 'version' is missing"),
        (#"{"id": "A b"}"#, "/id: 'A b' is not a name: write lower-case letters, digits and _, a letter first"),
        (#"{"id": "a", "version": "1.2"}"#, "/version: '1.2' is not a semantic version such as 1.2.0"),
        (#"{"id": "a", "version": "1.2.0", "summary": 1}"#, "/summary: must be a string, not an integer"),
        (
            #"{"id": "a", "version": "1.2.0", "summary": "", "toolchain": "c", "steps": []}"#,
            "/steps: a plugin has at least one step"
        ),
    ])
    func aFaultOfThePluginIsNamed(_ text: String, _ message: String) throws {
        #expect(try self.message(text).hasPrefix(message))
    }

    @Test(arguments: [
        (#""cardinality": "two""#, "/steps/0/cardinality: must be 'one' or 'many', not 'two'"),
        (#""grouped": 1"#, "/steps/0/grouped: must be true or false, not an integer"),
        (#""reads": {}"#, "/steps/0/reads: must be a list, not an object"),
        (
            #""reads": [{"name": "a", "type": "text"}]"#,
            "/steps/0/reads/0/type: 'text' is not a type at character 1: unknown type 'text': write bool, int64, float64, "
                + "utf8, binary, list<…> or struct<…>"
        ),
        (
            #""reads": [{"name": "1a", "type": "utf8"}]"#,
            "/steps/0/reads/0/name: '1a' is not a column's name: write letters, digits and _, no digit first"
        ),
        (
            #""reads": [{"name": "a", "type": "utf8", "pattern": "x"}]"#,
            "/steps/0/reads/0: unknown member 'pattern'; known: name, type, nullable, doc, tags, optional"
        ),
        (
            #""reads": [{"name": "a", "type": "utf8"}, {"name": "a", "type": "bool"}]"#,
            "/steps/0/reads/1: 'a' stands here twice"
        ),
        (
            #""adds": [{"name": "parent", "type": "utf8"}]"#,
            "/steps/0/adds/0/name: 'parent' is the host's own column; take another name"
        ),
        (
            #""adds": [{"name": "a", "type": "utf8", "tags": ["verdikt"]}]"#,
            "/steps/0/adds/0/tags/0: unknown tag \"verdikt\"; did you mean 'verdict'?"
        ),
        (
            #""adds": [{"name": "a", "type": "utf8", "minimum": 1}]"#,
            "/steps/0/adds/0/minimum: a column of type utf8 cannot have this constraint"
        ),
        (
            #""adds": [{"name": "a", "type": "int64", "minimum": 2, "maximum": 1}]"#,
            "/steps/0/adds/0/maximum: is below 'minimum'"
        ),
        (
            #""adds": [{"name": "a", "type": "list<utf8>", "min_length": 2, "max_length": 1}]"#,
            "/steps/0/adds/0/max_length: is below 'min_length'"
        ),
        (
            #""adds": [{"name": "a", "type": "utf8", "min_length": -1}]"#,
            "/steps/0/adds/0/min_length: must be an integer from 0, not -1"
        ),
        (
            #""adds": [{"name": "a", "type": "utf8", "pattern": "("}]"#,
            "/steps/0/adds/0/pattern: is not a POSIX extended regular expression: Unmatched ( or \\("
        ),
        (
            #""adds": [{"name": "a", "type": "utf8", "options": []}]"#,
            "/steps/0/adds/0/options: must name at least one text"
        ),
        (
            #""rejects": [{"code": "plugin_crashed"}]"#,
            "/steps/0/rejects/0/code: 'plugin_crashed' is the host's own code; take another"
        ),
        (
            #""rejects": [{"code": "contract_violation"}]"#,
            "/steps/0/rejects/0/code: 'contract_violation' is the host's own code; take another"
        ),
        (
            #""adds": [{"name": "a", "type": "bool", "tags": ["facet", "verdict"]}]"#,
            "/steps/0/adds/0/tags/1: a column tagged 'verdict' is utf8, and this one is bool"
        ),
        (
            #""adds": [{"name": "a", "type": "utf8", "tags": ["score"]}]"#,
            "/steps/0/adds/0/tags/0: a column tagged 'score' is int64 or float64, and this one is utf8"
        ),
        (
            #""adds": [{"name": "a", "type": "binary", "tags": ["json"]}]"#,
            "/steps/0/adds/0/tags/0: a column tagged 'json' is utf8, and this one is binary"
        ),
        (
            #""adds": [{"name": "a", "type": "list<utf8>", "tags": ["messages"]}]"#,
            "/steps/0/adds/0/tags/0: a column tagged 'messages' is list<struct<role: utf8, content: utf8>>, and this one "
                + "is list<utf8>"
        ),
        (
            #""options": [{"name": "a", "type": "int"}]"#,
            "/steps/0/options/0/type: unknown type 'int'; known: string, integer, number, boolean, string_list, resource"
        ),
        (
            #""options": [{"name": "a", "type": "integer", "default": "1"}]"#,
            "/steps/0/options/0/default: must be an integer, not a string"
        ),
        (
            #""options": [{"name": "a", "type": "integer", "default": 5, "maximum": 4}]"#,
            "/steps/0/options/0/default: is not between 'minimum' and 'maximum'"
        ),
        (
            #""options": [{"name": "a", "type": "string", "default": "c", "choices": ["a"]}]"#,
            "/steps/0/options/0/default: is not among 'choices'"
        ),
        (
            #""options": [{"name": "a", "type": "string", "default": "c", "required": true}]"#,
            "/steps/0/options/0/default: a required option has no default"
        ),
        (
            #""options": [{"name": "a", "type": "string", "minimum": 1}]"#,
            "/steps/0/options/0/minimum: an option of type string has no range"
        ),
        (
            #""options": [{"name": "a", "type": "string_list", "choices": ["a"]}]"#,
            "/steps/0/options/0/choices/0: must be a list of strings, not a string"
        ),
        (
            #""examples": [{"input": [1], "output": []}]"#,
            "/steps/0/examples/0/input/0: must be an object, not an integer"
        ),
        (#""examples": [{"input": []}]"#, "/steps/0/examples/0: the member 'output' is missing"),
    ])
    func aFaultOfAStepIsNamed(_ members: String, _ message: String) throws {
        #expect(try self.message(spec(step: members)) == message)
    }

    private func message(_ text: String) throws -> String {
        do {
            _ = try PluginSpec(parsing: text)
        } catch {
            #expect(error.code == "plugin_spec")
            return error.message
        }
        Issue.record("no failure")
        return ""
    }
}
