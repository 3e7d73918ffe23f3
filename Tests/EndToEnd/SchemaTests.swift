import Blocking
import DataPlane
import Foundation
import Testing

/// The JSON schema of the graph language, as a validator of others reads it.
@Suite(.blocking) struct SchemaTests {
    static let page = "Docs/reference/graph.schema.json"

    private static func check(_ mode: String, _ files: [String], directory: String = Package.root) throws
        -> ChildProcess.Result
    {
        try shell(
            [
                Package.python, "\(Package.root)/Tests/Oracles/check_schema.py", mode, "\(Package.root)/\(page)",
            ] + files, directory: directory)
    }

    @Test func theCommittedSchemaIsWhatTheProgramPrints() throws {
        try MathWord.require()
        let printed = try shell([Package.executable, "schema"])
        #expect(printed.status == 0, "\(printed)")
        #expect(try Package.text(Self.page) == printed.output, "stale; write it with: make reference")
    }

    @Test func graphsThatRunAreRight() throws {
        let folders = ["configs", "Examples", "Tests/EndToEnd/Graphs"]
        let files = try folders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: "\(Package.root)/\(folder)").map { "\(folder)/\($0)" }
        }
        let graphs = try files.filter { file in
            try file.hasSuffix(".yaml") && Package.text(file).contains("\nnodes:")
        }
        #expect(graphs.count >= 5)
        let result = try Self.check("graphs", graphs)
        #expect(result.status == 0, "\(result)")
    }

    /// Every block of YAML in the documentation is a graph, or a part of one.
    @Test func theDocumentationsGraphsAreRight() throws {
        let tracked = try shell(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"])
        let pages = tracked.output.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("Tests/Fixtures/") && !$0.hasPrefix("Templates/")
        }
        #expect(pages.contains("README.md"))
        let result = try Self.check("blocks", pages)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.split(separator: "\n").count >= 8, "\(result)")
    }

    private static let graph = """
        fastdistill: 1
        name: small
        plugins: {rules: ^1.0, text2sql@old: ^1.0}
        source: {files: [a.jsonl], columns: {text: utf8}, task_id: t}
        decode: {plain: {max_tokens: 64}}
        nodes:
          - {id: check, use: rules/check, with: {min_characters: 3}}
          - {id: schema, use: text2sql@old/schema, with: {databases: here}}
          - {id: other, use: nobody/knows, with: {anything: 1}}
          - {id: drop, reject: {when: {check.status: {not: ok}}, code: bad}}
        """

    @Test(arguments: [
        ("name: small", "name: Small"), ("name: small", "nam: small"), ("fastdistill: 1", "fastdistill: 2"),
        ("rules: ^1.0", "Rules: ^1.0"), ("rules: ^1.0", "rules: 1.0"), ("task_id: t", "task: t"),
        ("max_tokens: 64", "max_tokens: 0"), ("max_tokens: 64", "n: 2"), ("min_characters: 3", "min_charcters: 3"),
        ("min_characters: 3", "min_characters: three"), (", with: {databases: here}", ""),
        ("databases: here", "database: here"), ("use: rules/check", "use: rules"), ("not: ok", "nott: ok"),
        (", code: bad", ""), ("id: check, ", ""), ("use: rules/check", "identify: {decode: plain}, use: rules/check"),
        ("- {id: check, use: rules/check,", "- {id: check,"),
    ])
    func aWrongGraphIsMarked(_ right: String, _ wrong: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("right.yaml", Self.graph)
        let before = try Self.check("graphs", ["right.yaml"], directory: folder.path)
        #expect(before.status == 0, "\(before)")
        let changed = Self.graph.replacingOccurrences(of: right, with: wrong)
        #expect(changed != Self.graph)
        try folder.write("wrong.yaml", changed)
        let after = try Self.check("graphs", ["wrong.yaml"], directory: folder.path)
        #expect(after.status == 1 && after.output.contains("wrong.yaml: "), "\(after)")
    }
}
