import DataPlane
import Foundation
import Testing

@testable import ControlPlane

/// Plugins and graph files for the tests of the graph language.
enum GraphFixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/Graphs").standardizedFileURL.path

    /// Something a test needs is not there.
    struct Missing: Error {}

    static let roles = ["teacher", "judge"]

    /// Knows the plugin `sql` in versions 1.2.3 and 7.0.0, and no other.
    static func resolve(
        _ name: PluginName, _ range: VersionRange, _ location: Location
    ) -> Result<ResolvedPlugin, Failure> {
        guard name.id == "sql" else {
            return .failure(
                Failure("plugin", "no plugin '\(name.id)' is installed; put its library into the plugin folder"))
        }
        let versions = [SemanticVersion(1, 2, 3), SemanticVersion(7, 0, 0)]
        guard let version = versions.first(where: range.contains) else {
            return .failure(Failure("plugin", "plugin 'sql' is installed as 1.2.3, and the graph asks for \(range)"))
        }
        let spec = PluginSpec(id: "sql", version: version, summary: "For tests.", toolchain: "c", steps: steps)
        let sha256 = String(repeating: version.major == 1 ? "ab" : "cd", count: 32)
        return .success(ResolvedPlugin(spec: spec, sha256: sha256, path: "/plugins/sql.so"))
    }

    static func check(_ graph: GraphDocument) throws -> Plan {
        try GraphChecker(roles: roles, resolve: resolve).check(graph)
    }

    /// Loads and checks a file of the fixtures.
    static func plan(_ file: String) throws -> Plan {
        try check(try GraphDocument.load("\(folder)/\(file)"))
    }

    /// Checks a text as if it were a file beside the fixtures.
    static func plan(text: String) throws -> Plan {
        try check(try GraphDocument.parse(Array(text.utf8), path: "\(folder)/graph.yaml"))
    }

    /// What a user reads when a graph is refused; empty when it is not.
    static func messages(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return FailureRenderer.render(error)
        }
    }

    static let steps: [StepSpec] = [
        step(
            "canonicalize", reads: [column("question: utf8"), column("hint: utf8?", optional: true)],
            adds: [column("input: utf8", tags: [.canonicalInput]), column("schema: utf8", tags: [.contextSchema])]),
        step(
            "prompt", reads: [column("input: utf8"), column("schema: utf8")],
            adds: [column("messages: list<struct<role: utf8, content: utf8>>", tags: [.messages])],
            options: [
                option("examples", .resource), option("style", .string) { $0.choices = ["short", "long"] },
                option("shots", .integer) { ($0.defaultValue, $0.minimum, $0.maximum) = (3, 0, 10) },
                option("weight", .number) { ($0.minimum, $0.maximum) = (0, 1) }, option("strict", .boolean),
                option("dialects", .stringList) { $0.choices = ["sqlite", "duckdb"] },
                option("token", .string) { ($0.isSecret, $0.choices) = (true, ["red", "blue"]) },
            ]),
        step(
            "parse", reads: [column("text: utf8")],
            adds: [column("status: utf8", options: ["ok", "empty", "failed"], tags: [.facet]), column("sql: utf8?")],
            rejects: ["too_long"]),
        step(
            "execute", reads: [column("sql: utf8?"), column("db_id: utf8"), column("gold_sql: utf8?", optional: true)],
            adds: [
                column("status: utf8", options: ["ok", "error"]), column("rows: int64?"),
                column("digest: binary", tags: [.resultDigest]), column("names: list<utf8>"),
            ],
            options: [option("databases", .resource) { $0.isRequired = true }]),
        step(
            "explain", reads: [column("sql: utf8")], adds: [column("plan: utf8"), column("cost: float64")]),
        step(
            "judge_prompt",
            reads: [column("question: utf8"), column("sql: utf8?"), column("hint: utf8?", optional: true)],
            adds: [column("messages: list<struct<role: utf8, content: utf8>>", tags: [.messages])]
        ) { $0.isBlind = true },
        step(
            "score", reads: [column("text: utf8")],
            adds: [column("score: float64", tags: [.score]), column("good: bool", tags: [.verdict])]),
        step("split", reads: [column("text: utf8")], adds: [column("part: utf8")]) { $0.cardinality = .many },
        step(
            "leak", reads: [column("gold_sql: utf8?")],
            adds: [column("messages: list<struct<role: utf8, content: utf8>>", tags: [.messages])]),
        step("number", reads: [column("question: utf8")], adds: [column("input: int64", tags: [.canonicalInput])]),
    ]

    private static func step(
        _ id: String, reads: [ColumnSpec], adds: [ColumnSpec], rejects: [String] = [], options: [OptionSpec] = [],
        _ change: (inout StepSpec) -> Void = { _ in }
    ) -> StepSpec {
        var step = StepSpec(id: id, summary: "For tests.")
        (step.reads, step.adds, step.options) = (reads, adds, options)
        step.rejects = rejects.map { RejectSpec(code: $0, doc: "For tests.") }
        change(&step)
        return step
    }

    private static func column(
        _ text: String, optional: Bool = false, options: [String]? = nil, tags: [ColumnTag] = []
    ) -> ColumnSpec {
        var column = ColumnSpec(try! Field(parsing: text))
        column.isOptional = optional
        column.tags = tags
        column.constraints.options = options
        return column
    }

    private static func option(
        _ name: String, _ kind: OptionSpec.Kind, _ change: (inout OptionSpec) -> Void = { _ in }
    ) -> OptionSpec {
        var option = OptionSpec(name: name, kind: kind)
        change(&option)
        return option
    }
}
