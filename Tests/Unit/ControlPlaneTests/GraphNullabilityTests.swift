import DataPlane
import Testing

@testable import ControlPlane

/// What follows from `when` and `reject` for nulls (Docs/specs/graph.md, Columns). The last node of each graph reads a
/// column as never null; the wrong graphs 29 to 33 are the counterparts.
@Suite("A column is known not to be null")
struct GraphNullabilityTests {
    private func plan(_ nodes: String) throws -> Plan {
        try GraphFixtures.plan(
            text: """
                fastdistill: 1
                name: nulls
                plugins: {sql: ^1.2}
                source:
                  files: [tasks.jsonl]
                  columns: {text: utf8, hint: utf8?, meta: "struct<note: utf8?>?"}
                  task_id: t
                nodes:
                  - {id: parse, use: sql/parse}
                \(nodes.split(separator: "\n").joined(separator: "\n"))
                """)
    }

    /// The bindings of the last node.
    private func bindings(_ nodes: String) throws -> [String] {
        guard case .use(let use) = try #require(try plan(nodes).nodes.last).verb else { throw GraphFixtures.Missing() }
        return use.bindings.map { "\($0.offered) <- \($0.path)" }
    }

    @Test(
        "because the node tests it itself",
        arguments: ["present: true", "equals: x", "in: [x, y]"])
    func ownTest(test: String) throws {
        let bound = try bindings("  - {id: a, use: sql/explain, when: {parse.sql: {\(test)}}}")
        #expect(bound == ["sql: utf8 <- parse.sql"])
    }

    @Test("because a number is compared", arguments: ["above: 1", "below: 1"])
    func ownComparison(test: String) throws {
        // The rows of `score` are those with parse.sql; a test of its score says that it has run.
        let bound = try bindings(
            """
              - {id: score, use: sql/score, when: {parse.sql: {present: true}}}
              - {id: a, use: sql/explain, when: {score.score: {\(test)}}}
            """)
        #expect(bound == ["sql: utf8 <- parse.sql"])
    }

    @Test("because the others were rejected", arguments: ["absent: true", "not: x"])
    func rejected(test: String) throws {
        let bound = try bindings(
            """
              - {id: drop, reject: {when: {parse.sql: {\(test)}}, code: no_sql}}
              - {id: more, use: sql/score, when: {hint: {equals: y}}}
              - {id: a, use: sql/explain}
            """)
        #expect(bound == ["sql: utf8 <- parse.sql"])
    }

    @Test("because all tests of its node are repeated, among others")
    func repeated() throws {
        let bound = try bindings(
            """
              - {id: part, use: sql/split, when: {parse.status: {equals: ok}, hint: {absent: true}}}
              - {id: a, use: sql/score, in: {text: part.part}, when: {hint: {absent: true}, text: {not: z}, parse.status: {equals: ok}}}
            """)
        #expect(bound == ["text: utf8 <- part.part"])
    }

    @Test("because what its node tests for was rejected where it fails")
    func repeatedByReject() throws {
        let bound = try bindings(
            """
              - {id: part, use: sql/split, when: {parse.status: {equals: ok}, hint: {absent: true}}}
              - {id: bad, reject: {when: {parse.status: {not: ok}}, code: bad}}
              - {id: hinted, reject: {when: {hint: {present: true}}, code: hinted}}
              - {id: a, use: sql/score, in: {text: part.part}}
            """)
        #expect(bound == ["text: utf8 <- part.part"])
    }

    @Test("because `equals` was rejected, and its node runs where it is not so")
    func rejectedEquals() throws {
        let bound = try bindings(
            """
              - {id: part, use: sql/split, when: {parse.status: {not: failed}}}
              - {id: bad, reject: {when: {parse.status: {equals: failed}}, code: bad}}
              - {id: a, use: sql/score, in: {text: part.part}}
            """)
        #expect(bound == ["text: utf8 <- part.part"])
    }

    @Test("because another column of its node is tested")
    func otherColumn() throws {
        let bound = try bindings(
            """
              - {id: plan, use: sql/explain, when: {parse.sql: {present: true}}}
              - {id: a, use: sql/score, in: {text: plan.plan}, when: {plan.cost: {above: 3}}}
            """)
        #expect(bound == ["text: utf8 <- plan.plan"])
    }

    @Test("because a node has run that runs only where others have")
    func transitive() throws {
        let bound = try bindings(
            """
              - {id: plan, use: sql/explain, when: {parse.sql: {present: true}}}
              - {id: second, use: sql/split, in: {text: plan.plan}, when: {plan.cost: {below: 9}}}
              - {id: third, use: sql/split, in: {text: second.part}, when: {second.part: {not: ""}, plan.plan: {present: true}, second: {present: true}}}
              - {id: a, use: sql/explain, when: {third.part: {equals: x}}}
            """)
        #expect(bound == ["sql: utf8 <- parse.sql"])
    }

    @Test("because it was rejected above the fork")
    func aboveFork() throws {
        let bound = try bindings(
            """
              - {id: drop, reject: {when: {parse.sql: {absent: true}}, code: no_sql}}
              - {id: left, use: sql/score}
              - {id: right, from: drop, use: sql/split}
              - {id: a, from: [left, right], use: sql/explain}
            """)
        #expect(bound == ["sql: utf8 <- parse.sql"])
    }

    @Test("because it was rejected on both ways")
    func bothWays() throws {
        let bound = try bindings(
            """
              - {id: left, reject: {when: {parse.sql: {absent: true}}, code: no_sql}}
              - {id: right, from: parse, reject: {when: {parse.sql: {absent: true}}, code: nothing}}
              - {id: a, from: [left, right], use: sql/explain}
            """)
        #expect(bound == ["sql: utf8 <- parse.sql"])
    }

    @Test("because something inside it is tested")
    func inside() throws {
        let bound = try bindings(
            "  - {id: a, use: sql/explain, in: {sql: meta.note}, when: {meta.note: {present: true}}}")
        #expect(bound == ["sql: utf8 <- meta.note"])
    }

    @Test("and where it can be null, the step is told so")
    func offeredNullable() throws {
        let bound = try bindings("  - {id: a, use: sql/judge_prompt, in: {question: text, sql: meta.note}}")
        #expect(bound == ["question: utf8 <- text", "sql: utf8? <- meta.note", "hint: utf8? <- hint"])
    }
}
