import DataPlane
import Testing

@testable import ControlPlane

@Suite("Names of plugins in a graph")
struct PluginNameTests {
    @Test(
        "are an id, or an id and a label",
        arguments: [("sql", "sql", nil), ("sql@2", "sql", "2"), ("a_1@1.2-old_x", "a_1", "1.2-old_x")])
    func names(text: String, id: String, label: String?) {
        let name = PluginName(text)
        #expect(name == PluginName(id: id, label: label))
        #expect(name?.description == text)
    }

    @Test("are not", arguments: ["", "@1", "sql@", "Sql", "sql@New", "sql@1@2", "sql @1", "sql@1 ", "1sql", "sql@é"])
    func noNames(text: String) {
        #expect(PluginName(text) == nil)
    }

    private let text = """
        fastdistill: 1
        name: versions
        plugins: {sql@old: ^1.2, sql@new: ^7.0, sql@unused: ^7.0}
        source: {files: [tasks.jsonl], columns: {question: utf8}, task_id: t}
        nodes:
          - {id: first, use: sql@old/canonicalize}
          - {id: second, use: sql@new/canonicalize}
        """

    @Test("keep two versions of one plugin apart in plan, contract and explanation")
    func twoVersions() throws {
        let plan = try GraphFixtures.plan(text: text)
        #expect(plan.plugins.map { "\($0.name) \($0.spec.version)" } == ["sql@old 1.2.3", "sql@new 7.0.0"])
        let contract = try Contract(hashing: plan, providers: .null, gates: .null).json
        #expect(
            contract["plugins"] == [
                "sql@old": ["version": "1.2.3", "sha256": .string(String(repeating: "ab", count: 32))],
                "sql@new": ["version": "7.0.0", "sha256": .string(String(repeating: "cd", count: 32))],
            ])
        let explanation = GraphExplain.text(plan)
        #expect(explanation.contains("\nfirst  use sql@old/canonicalize 1.2.3\n"))
        #expect(explanation.contains("\nsecond  use sql@new/canonicalize 7.0.0\n"))
    }
}
