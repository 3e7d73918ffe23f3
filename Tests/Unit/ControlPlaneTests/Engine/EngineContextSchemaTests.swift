import DataPlane
import Foundation
import Testing

@testable import ControlPlane

/// Rows of several kinds in one graph, each with a context schema of its own, or with none.
@Suite struct EngineContextSchemaTests {
    private static func step(_ id: String, adds name: String, _ tag: ColumnTag) -> StepSpec {
        var step = StepSpec(id: id, summary: "")
        var read = ColumnSpec(Field("text", .utf8))
        var added = ColumnSpec(Field(name, .utf8))
        added.tags = [tag]
        read.doc = "The text."
        step.reads = [read]
        step.adds = [added]
        return step
    }

    private static let steps = [
        step("clean", adds: "text", .canonicalInput), step("tables", adds: "tables", .contextSchema),
        step("rules", adds: "rules", .contextSchema),
    ]

    private static let work: [String: @Sendable (EngineRun.Row) -> EngineRun.Answer] = [
        "clean": { .added([["text": $0["text"] ?? .null]]) },
        "tables": { _ in .added([["tables": "t(a)"]]) },
        "rules": { _ in .added([["rules": "no rule"]]) },
    ]

    /// - Parameter nodes: the nodes between the canonical form and the ids.
    private func run(_ nodes: String) throws -> EngineRun {
        let rows = ["tables", "rules", "both", "none"].map { #"{"kind": "\#($0)", "text": "x"}"# }
        return try EngineRun(
            graph: """
                fastdistill: 1
                name: test
                plugins: {t: ^1.0}
                source: {files: [rows.jsonl], columns: {kind: utf8, text: utf8}, task_id: {column: kind}}
                decode: {one: {max_tokens: 8}}
                nodes:
                  - {id: clean, use: t/clean, in: {text: text}}
                \(nodes)
                  - {id: ids, identify: {decode: one}}
                """, rows: rows, steps: Self.steps, work: Self.work)
    }

    private func hashes(_ run: EngineRun) throws -> [String: String] {
        _ = try run.start()
        let rows = try run.rows("distilled").map { ($0["kind"]?.string ?? "", $0["schema_hash"]?.string ?? "") }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func hash(_ schema: String) -> String { Identity.schemaHash(of: schema).hex }

    @Test func theNearestThatIsNotNullIsTheSchemaOfARow() throws {
        let run = try run(
            """
              - {id: tables, use: t/tables, in: {text: text}, when: {kind: {in: [tables, both]}}}
              - {id: rules, use: t/rules, in: {text: text}, when: {kind: {in: [rules, both]}}}
            """)
        #expect(
            try hashes(run) == [
                "tables": hash("t(a)"), "rules": hash("no rule"), "both": hash("no rule"), "none": hash(""),
            ])
        #expect(
            GraphExplain.text(try run.plan()).contains(
                "context_schema <- rules.rules, where null tables.tables, where null the empty text\n"))
    }

    @Test func noColumnBehindOneThatIsNeverNullCounts() throws {
        let run = try run(
            """
              - {id: tables, use: t/tables, in: {text: text}}
              - {id: never, use: t/rules, in: {text: text}}
              - {id: rules, use: t/tables, in: {text: text}, when: {kind: {equals: both}}}
            """)
        #expect(
            try hashes(run) == [
                "tables": hash("no rule"), "rules": hash("no rule"), "both": hash("t(a)"), "none": hash("no rule"),
            ])
        #expect(
            GraphExplain.text(try run.plan()).contains("context_schema <- rules.tables, where null never.rules\n"))
    }
}
