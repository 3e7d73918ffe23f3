import Blocking
import DataPlane
import Foundation
import Testing

@testable import InferencePlane

@Suite struct JSONSchemaTests {
    private static let schemas = [
        #"{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}"#,
        #"{"type": ["string", "null"], "minLength": 2, "maxLength": 3}"#,
        #"{"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 3}, "minItems": 1, "maxItems": 2}"#,
        #"{"anyOf": [{"type": "string"}, {"type": "object", "required": ["b"]}]}"#,
        #"{"allOf": [{"required": ["a"]}, {"properties": {"a": {"enum": ["x", 1, null]}}}]}"#,
        #"{"const": {"a": [1]}}"#, #"{"type": "number"}"#, #"{"type": "boolean"}"#, "true", "false",
        ##"{"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "properties": {"next": {"$ref": "#/$defs/tree"}}}}}"##,
        #"{"properties": {"a": {"type": "object", "properties": {"c": false}}}, "additionalProperties": {"type": "integer"}}"#,
    ]
    private static let values = [
        "null", "true", "1", "1.0", "1.5", "4", #""x""#, #""xy""#, #""xyz""#, #""äöüß""#, "[]", "[1]", "[1, 2, 3]",
        "[4]", #"["x"]"#, "{}", #"{"a": "x"}"#, #"{"a": 1}"#, #"{"a": null, "b": 2}"#, #"{"b": "x"}"#, #"{"a": [1]}"#,
        #"{"next": {"next": {}}}"#, #"{"next": {"next": 1}}"#, #"{"a": {"c": 1}}"#,
    ]

    /// Python's jsonschema is the judge.
    @Test(.blocking) func agreesWithAnotherValidator() throws {
        let python = packageRoot + "/.deps/python/bin/python"
        try #require(FileManager.default.isExecutableFile(atPath: python), "\(python) is missing: run 'make setup'")
        let script = """
            import json, sys, jsonschema
            schemas, values = json.loads(sys.argv[1])
            print(json.dumps([[jsonschema.Draft202012Validator(s).is_valid(v) for v in values] for s in schemas]))
            """
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            "-c", script,
            "[[\(Self.schemas.joined(separator: ","))], [\(Self.values.joined(separator: ","))]]",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let verdicts = try JSONParser().parse(String(decoding: bytes, as: UTF8.self))
        let parser = JSONParser()
        for (schema, row) in zip(Self.schemas, verdicts.array ?? []) {
            let checker = JSONSchema(try parser.parse(schema))
            for (value, verdict) in zip(Self.values, row.array ?? []) {
                #expect(
                    (checker.mismatch(try parser.parse(value)) == nil) == verdict.bool, "\(value) by \(schema)")
            }
        }
        #expect(verdicts.array?.count == Self.schemas.count)
    }

    @Test(arguments: [
        (0, "1", "the answer is an integer, not object"), (0, "{}", "/a is missing"),
        (0, #"{"a": "x", "b": 1}"#, "/b must not be there"), (0, #"{"a": 1}"#, "/a is an integer, not string"),
        (1, #""x""#, "the answer is outside its bounds"), (2, "[1, 4]", "/1 is outside its bounds"),
        (3, "1", "the answer fits none of its forms"), (4, #"{"a": 2}"#, "/a is none of its values"),
        (5, "1", "the answer is not its value"),
    ])
    func saysWhatDoesNotFit(schema: Int, value: String, words: String) throws {
        let parser = JSONParser()
        let checker = JSONSchema(try parser.parse(Self.schemas[schema]))
        #expect(checker.mismatch(try parser.parse(value)) == words)
    }

    @Test func aSchemaThatHasNoEndIsTakenToHold() throws {
        let endless = JSONSchema(try JSONParser().parse(##"{"$ref": "#"}"##))
        #expect(endless.mismatch(1) == nil)
    }

    @Test(arguments: [
        ("```json\n{\"a\": 1}\n```", "{\"a\": 1}"), ("\n  ```\n1\n2\n```\n", "1\n2"), ("{\"a\": 1}", "{\"a\": 1}"),
        ("``` 1 ```", "``` 1 ```"), ("Here:\n```\n1\n```", "Here:\n```\n1\n```"), ("", ""),
    ])
    func aFenceIsTakenOff(text: String, inner: String) { #expect(JSONSchema.answer(in: text) == inner) }
}
