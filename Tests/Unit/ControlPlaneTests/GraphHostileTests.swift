import DataPlane
import Testing

@testable import ControlPlane

/// Files that no one means to write: they are refused with a short message, and nothing else happens.
@Suite("Hostile graph files")
struct GraphHostileTests {
    private func refused(_ bytes: [UInt8]) -> String {
        GraphFixtures.messages {
            _ = try GraphFixtures.check(try GraphDocument.parse(bytes, path: "graph.yaml"))
        }
    }

    private func refused(_ text: String) -> String { refused(Array(text.utf8)) }

    @Test("Not UTF-8")
    func encoding() {
        let bytes = Array("name: ".utf8) + [0xFF, 0xFE, 0x41]
        #expect(refused(bytes) == "error: graph.yaml is not UTF-8; save it as UTF-8")
    }

    @Test("UTF-16")
    func utf16() {
        let bytes: [UInt8] = [0xFF, 0xFE] + "name: a".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(refused(bytes) == "error: graph.yaml is not UTF-8; save it as UTF-8")
    }

    @Test("Nothing but a comment")
    func comment() {
        #expect(refused("# nothing\n") == "error: graph.yaml is empty; it must hold a map")
    }

    @Test("A control character")
    func control() {
        let expected = """
            graph.yaml:1:1: error: not YAML: control characters are not allowed
            name: a\u{7}b
            ^
            """
        #expect(refused("name: a\u{7}b\n") == expected)
    }

    @Test("A text of 10 MB where a name belongs")
    func longName() {
        let text = "fastdistill: 1\nname: " + String(repeating: "A", count: 10_000_000) + "\nsource: {}\nnodes: []\n"
        let lines = refused(text).split(separator: "\n")
        let shown = String(repeating: "A", count: 60)
        #expect(lines.count == 15)
        #expect(
            lines[0] == "graph.yaml:2:7: error: the name '\(shown)…' must be a lower-case letter, then lower-case "
                + "letters, digits, _ and -")
        #expect(lines[1] == "name: " + String(repeating: "A", count: 160) + "…")
        #expect(lines[2] == "      ^")
    }

    @Test("1 MB in every place that takes a text")
    func longTexts() {
        let long = String(repeating: "x.", count: 500_000) + "x"
        let text = """
            fastdistill: 1
            name: long
            plugins: {sql: "\(long)"}
            source: {files: ["\(long)"], columns: {question: "\(long)"}, task_id: t, format: "\(long)"}
            nodes:
              - {id: "\(long)", use: "\(long)", from: ["\(long)"], in: {a: "\(long)"}, row_timeout: "\(long)"}
              - {id: b, reject: {when: {question: {above: "\(long)"}}, code: "\(long)", evidence: ["\(long)"]}}
            """
        let messages = refused(text)
        #expect(messages.split(separator: "\n").count == 21)
        #expect(messages.utf8.count < 6000)
    }

    @Test("Lists in lists", arguments: [65, 100_000])
    func nestedFlow(depth: Int) {
        let text = "nodes: " + String(repeating: "[", count: depth) + "\n"
        let messages = refused(text).split(separator: "\n")
        #expect(messages[0] == "graph.yaml:1:71: error: lists and maps are nested more than 64 deep")
    }

    @Test("Maps in maps, by indentation")
    func nestedBlocks() {
        let text = (0..<300).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        let messages = refused(text).split(separator: "\n")
        #expect(messages[0] == "graph.yaml:65:65: error: lists and maps are nested more than 64 deep")
    }

    @Test("64 levels are read, and then refused for what they say")
    func deepest() {
        let text = "nodes: " + String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
        #expect(refused(text).contains("graph.yaml:1:8: error: 'nodes'") == false)
        #expect(refused(text).contains("graph.yaml:1:9: error: a node must be a map, not a list"))
    }

    @Test("A deep type")
    func deepType() {
        let type = String(repeating: "list<", count: 100_000) + "utf8"
        let text = "source: {files: [], format: csv, columns: {a: \"\(type)\"}, task_id: t}\n"
        #expect(refused(text).contains("a type has at most 32 levels"))
    }

    @Test("A path with a NUL does not lead to the file before it")
    func nul() {
        let text =
            "source: {files: [\"\(GraphFixtures.folder)/tasks.jsonl\\0.jsonl\"], columns: {a: utf8}, task_id: t}\n"
        #expect(refused(text).contains("and there is no such file"))
    }

    @Test("A byte order mark is no part of the first key")
    func byteOrderMark() throws {
        let text = "\u{FEFF}fastdistill: 2\n"
        #expect(refused(text).contains("error: this program reads version 1 of the graph language"))
    }
}
