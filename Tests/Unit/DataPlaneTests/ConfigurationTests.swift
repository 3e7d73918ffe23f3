import Testing

@testable import DataPlane

@Suite("Configuration files")
struct ConfigurationTests {
    private func document(_ text: String) throws -> YAMLDocument {
        try YAMLDocument.parse(Array(text.utf8), path: "c.yaml")
    }

    /// What is said about the value of `key`.
    private func messages(_ text: String, _ read: (ConfigReader, ConfigReader.Map) -> Void) throws -> String {
        let reader = ConfigReader(try document(text))
        read(reader, reader.map(reader.document.root, "the file", keys: nil))
        do { try reader.finish() } catch { return FailureRenderer.render(error) }
        return ""
    }

    @Test(
        "Lines are counted as libyaml counts them", arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
    func lineEnds(end: String) throws {
        let text = ["# one", "a: 1", "b: x", ""].joined(separator: end)
        let document = try document(text)
        #expect(document.lines == ["# one", "a: 1", "b: x", ""])
        #expect(
            try messages(text) { reader, map in _ = reader.integer(map["b"], "'b'") } == """
                c.yaml:3:4: error: 'b' must be an integer, not a string
                b: x
                   ^
                """)
    }

    @Test("The caret stands below its character, after wide ones and tabs too")
    func caret() throws {
        let shown = try messages("{\"e\u{301}\":\t1, b: x}") { reader, map in _ = reader.integer(map["b"], "'b'") }
        let lines = shown.split(separator: "\n")
        // The column counts code points, of which the accent is one; the caret counts what is seen.
        #expect(lines[0] == "c.yaml:1:14: error: 'b' must be an integer, not a string")
        #expect(lines[2] == "     \t      ^")
    }

    @Test("A byte order mark, as editors put it before a file, does not count")
    func byteOrderMark() throws {
        let document = try YAMLDocument.parse(Array("\u{FEFF}a: 1\nb: 2\n".utf8), path: "graph.yaml")
        #expect(document.lines.first == "a: 1")
        guard case .mapping(let members) = document.root.content else { throw Failure("test", "no map") }
        #expect(members.count == 2)
    }

    @Test(
        "An integer that no 64 bits hold is told apart from what is none",
        arguments: [
            ("9223372036854775807", ""), ("9223372036854775808", "of 64 bits; this one is larger"),
            ("-99999999999999999999", "of 64 bits; this one is larger"), ("1.0", ", not a number"),
            ("1e30", ", not a number"),
        ])
    func largeIntegers(text: String, problem: String) throws {
        let shown = try messages("b: \(text)") { reader, map in _ = reader.integer(map["b"], "'b'") }
        let expected =
            problem.isEmpty
            ? "" : "c.yaml:1:4: error: 'b' must be an integer\(problem.hasPrefix(",") ? "" : " ")\(problem)"
        #expect(shown.split(separator: "\n").first.map(String.init) ?? "" == expected)
    }

    @Test("Of long lines, what is near the place is shown")
    func longLine() throws {
        let text = "{a: \"\(String(repeating: "p", count: 500))\", b: x, c: \"\(String(repeating: "q", count: 500))\"}"
        let lines = try messages(text) { reader, map in _ = reader.integer(map["b"], "'b'") }.split(separator: "\n")
        #expect(lines[0] == "c.yaml:1:512: error: 'b' must be an integer, not a string")
        #expect(
            lines[1] == "…" + String(repeating: "p", count: 73) + "\", b: x, c: \"" + String(repeating: "q", count: 153)
                + "…")
        #expect(lines[2].count == lines[1].prefix { $0 != "x" }.count + 1)
        #expect(lines[2].last == "^")
    }

    @Test("Words near a known one are recognised, also with letters swapped")
    func nearest() {
        let known = ["when", "name", "artifact", "from"]
        #expect(ConfigReader.nearest(to: "whem", among: known) == "when")
        #expect(ConfigReader.nearest(to: "nmae", among: known) == "name")
        #expect(ConfigReader.nearest(to: "artefacts", among: known) == "artifact")
        #expect(ConfigReader.nearest(to: "until", among: known) == nil)
        #expect(ConfigReader.suggestion(for: "until", among: known) == "known: when, name, artifact, from")
        #expect(ConfigReader.suggestion(for: "until", among: []) == "there are none")
        #expect(editDistance("abcd", "acbd") == 1)
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
    }

    @Test("A key spelled wrong is remembered as what it was meant to be")
    func misspelled() throws {
        let reader = ConfigReader(try document("{nmae: 1, colour: 2}"))
        let map = reader.map(reader.document.root, "the file", keys: ["name", "limit"])
        #expect(map.misspelled == ["name"])
    }

    @Test("Long texts are cut in messages")
    func cut() {
        #expect(quoted("short") == "'short'")
        #expect(quoted(String(repeating: "a", count: 80)).count == 82)
        #expect(quoted(String(repeating: "a", count: 81)) == "'\(String(repeating: "a", count: 60))…'")
    }

    @Test("A number is finite")
    func finite() throws {
        func first(_ text: String) throws -> Substring? {
            let said = try messages("a: \(text)") { reader, map in _ = reader.number(map["a"], "'a'") }
            return said.split(separator: "\n").first
        }
        for text in [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e400", "-1e400", "+1e400"] {
            #expect(try first(text) ?? "" == "c.yaml:1:4: error: 'a' must be a finite number, not \(text)")
        }
        for text in ["\".inf\"", ".infinite", "nan", "e400"] {
            #expect(try first(text) ?? "" == "c.yaml:1:4: error: 'a' must be a number, not a string")
        }
        #expect(try first("-1.5e3") == nil)
    }

    @Test("Names in braces are filled in once, whatever their values hold")
    func placeholders() {
        let values = ["model": "a{port}b", "port": "8080"]
        #expect(filled("--model {model} --port={port}", values) == "--model a{port}b --port=8080")
        #expect(filled("{other} {{port}} {port", values) == "{other} {8080} {port")
        #expect(filled("", values).isEmpty && filled("}{", values) == "}{")
    }
}
