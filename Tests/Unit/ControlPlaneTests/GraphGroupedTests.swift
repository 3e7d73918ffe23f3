import DataPlane
import Testing

@testable import ControlPlane

@Suite("A grouped step tells samples apart by the host's column")
struct GraphGroupedTests {
    /// A plugin whose step `number` adds a column `ordinal` of its own, and whose step `vote` is grouped.
    private static func plan(_ vote: String) throws -> Plan {
        var number = StepSpec(id: "number", summary: "For tests.")
        number.reads = [ColumnSpec(try Field(parsing: "question: utf8"))]
        number.adds = [ColumnSpec(try Field(parsing: "ordinal: int64"))]
        var grouped = StepSpec(id: "vote", summary: "For tests.")
        grouped.isGrouped = true
        grouped.reads = [ColumnSpec(try Field(parsing: "ordinal: int64"))]
        grouped.adds = [ColumnSpec(try Field(parsing: "votes: int64"))]
        let spec = PluginSpec(
            id: "sql", version: SemanticVersion(1, 0, 0), summary: "For tests.", toolchain: "c",
            steps: [number, grouped])
        let plugin = ResolvedPlugin(spec: spec, sha256: String(repeating: "ab", count: 32), path: "/plugins/sql.so")
        let text = """
            fastdistill: 1
            name: grouped
            plugins: {sql: ^1.0}
            source: {files: [tasks.jsonl], columns: {question: utf8}, task_id: t}
            nodes:
              - {id: count, use: sql/number}
              - {id: vote, use: sql/vote\(vote)}

            """
        let graph = try GraphDocument.parse(Array(text.utf8), path: "\(GraphFixtures.folder)/graph.yaml")
        return try GraphChecker(roles: []) { _, _, _ in .success(plugin) }.check(graph)
    }

    @Test("whatever columns of that name are nearer")
    func binding() throws {
        guard case .use(let use) = try Self.plan("").nodes[1].verb else { return #expect(Bool(false)) }
        #expect(use.bindings.map(\.path.description) == ["ordinal"])
    }

    @Test("and no graph can bind another one")
    func refused() {
        let messages = GraphFixtures.messages { _ = try Self.plan(", in: {ordinal: count.ordinal}") }
        #expect(
            messages.replacing("\(GraphFixtures.folder)/", with: "") == """
                graph.yaml:7:36: error: step sql/vote is grouped and reads the host's 'ordinal' to tell samples apart; \
                leave it out of 'in'
                  - {id: vote, use: sql/vote, in: {ordinal: count.ordinal}}
                                                   ^
                """)
    }
}
