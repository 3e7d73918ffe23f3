import DataPlane
import Foundation
import Testing

@testable import ControlPlane

@Suite("Right graphs become plans")
struct GraphRightTests {
    let plan: Plan

    init() throws { plan = try GraphFixtures.plan("right/full.yaml") }

    private func node(_ id: String) throws -> NodePlan { try #require(plan.nodes.first { $0.id == id }) }

    private func use(_ id: String) throws -> UsePlan {
        guard case .use(let use) = try node(id).verb else { throw GraphFixtures.Missing() }
        return use
    }

    @Test("The parts at the top")
    func top() {
        #expect(plan.name == "full-example")
        #expect(plan.shardRows == 500)
        #expect(plan.source.files.map(\.name) == ["../tasks.jsonl"])
        #expect(plan.source.files.map(\.path) == ["\(GraphFixtures.folder)/right/../tasks.jsonl"])
        #expect(plan.source.format == .jsonl)
        #expect(plan.source.columns.map(\.field.description) == ["question: utf8", "db_id: utf8", "gold_sql: utf8?"])
        #expect(plan.source.columns.map(\.isGold) == [false, false, true])
        #expect(plan.source.rowID == "id")
        #expect(plan.resources["databases"] == "\(GraphFixtures.folder)/right/../databases")
        #expect(plan.providersPath == "\(GraphFixtures.folder)/right/../providers.yaml")
        #expect(plan.gatesPath == "\(GraphFixtures.folder)/right/../gates.yaml")
        #expect(plan.plugins.map(\.spec.id) == ["sql"])
    }

    @Test("Decode profiles keep n apart")
    func decode() {
        let stops: JSONValue = ["max_tokens": 256, "temperature": 0.8, "stop": [";"]]
        #expect(plan.decode["default"] == DecodeProfile(name: "default", candidates: 4, parameters: stops))
        let strict: JSONValue = ["max_tokens": 16, "temperature": 0]
        #expect(plan.decode["strict"] == DecodeProfile(name: "strict", candidates: 1, parameters: strict))
    }

    @Test("Nodes read from the one above unless they say otherwise")
    func inputs() throws {
        #expect(plan.nodes.map(\.inputs) == [[.source]] + (0..<11).map { [.node($0)] })
        #expect(try node("parse").location.line == 35)
    }

    @Test("A step gets its options with defaults, and resources as paths")
    func options() throws {
        let expected: JSONValue = [
            "examples": .string("\(GraphFixtures.folder)/right/../examples.jsonl"), "style": "short", "shots": 3,
        ]
        #expect(try use("prompt").config == expected)
        #expect(try use("run").workers == 2)
        #expect(try use("run").rowTimeoutMilliseconds == 5000)
        #expect(try use("parse").workers == 1)
        #expect(try use("parse").rowTimeoutMilliseconds == 30_000)
        #expect(try use("parse").isolation == .worker)
        #expect(try use("run").crashLimit == 0.25)
        #expect(try use("run").onViolation == .quarantine)
        #expect(try use("run").environment == ["PATH"])
        #expect(try use("parse").crashLimit == 0.1)
        #expect(try use("parse").onViolation == .fail)
        #expect(try use("parse").environment == [])
    }

    @Test("Columns are bound to the nearest of their name, with the nullability that holds there")
    func bindings() throws {
        func bindings(_ id: String) throws -> [String] { try use(id).bindings.map { "\($0.offered) <- \($0.path)" } }
        // `hint` is optional and nowhere.
        #expect(try bindings("canonical") == ["question: utf8 <- question"])
        #expect(try bindings("prompt") == ["input: utf8 <- canonical.input", "schema: utf8 <- canonical.schema"])
        let run = ["sql: utf8? <- parse.sql", "db_id: utf8 <- db_id", "gold_sql: utf8? <- gold_sql"]
        #expect(try bindings("run") == run)
        #expect(try bindings("verdict") == ["text: utf8 <- judge.text"])
    }

    @Test("Each node adds one struct column, which is nullable where rows pass the node by")
    func output() throws {
        let last = try #require(plan.nodes.last).output.fields.map(\.description)
        #expect(
            last == [
                "task_id: utf8", "row_id: utf8", "ordinal: int64", "candidate: int64", "schema_hash: utf8",
                "input_id: utf8", "sample_id: utf8", "question: utf8", "db_id: utf8", "gold_sql: utf8?",
                "canonical: struct<input: utf8, schema: utf8>",
                "prompt: struct<messages: list<struct<role: utf8, content: utf8>>>",
                "teacher: struct<text: utf8, finish_reason: utf8, prompt_tokens: int64?, completion_tokens: int64?, "
                    + "provider_id: utf8, model: utf8, choice_index: int64>",
                "parse: struct<status: utf8, sql: utf8?>",
                "run: struct<status: utf8, rows: int64?, digest: binary, names: list<utf8>>?",
                "judge_prompt: struct<messages: list<struct<role: utf8, content: utf8>>>?",
                "judge: struct<text: utf8, finish_reason: utf8, prompt_tokens: int64?, completion_tokens: int64?, "
                    + "provider_id: utf8, model: utf8, choice_index: int64>?",
                "verdict: struct<score: float64, good: bool>?",
            ])
        #expect(plan.nodes[0].output.fields.count == 8)
    }

    @Test("The other verbs")
    func verbs() throws {
        guard case .identify(let identify) = try node("ids").verb, case .complete(let judge) = try node("judge").verb,
            case .reject(let doubtful) = try node("doubtful").verb, case .select(let best) = try node("best").verb
        else { throw GraphFixtures.Missing() }
        #expect(identify.decode == "default")
        #expect(identify.canonicalInput.description == "canonical.input")
        #expect(identify.contextSchemas.map(\.description) == ["canonical.schema"])
        #expect(!identify.canLackSchema)
        #expect((judge.role, judge.decode) == ("judge", "strict"))
        #expect(judge.messages.description == "judge_prompt.messages")
        #expect(try node("judge").when == [ColumnTest(path: ColumnPath(["gold_sql"]), test: .absent)])
        #expect(doubtful.when == [ColumnTest(path: ColumnPath(["verdict", "score"]), test: .below(0.5))])
        #expect((doubtful.code, doubtful.isHard) == ("doubtful", true))
        #expect(doubtful.evidence.map(\.description) == ["verdict.score"])
        #expect(best.order.map(\.path.description) == ["verdict.score", "teacher.completion_tokens"])
        #expect(best.order.map(\.isDescending) == [true, false])
        #expect(best.keep == 1)
    }

    @Test("The nodes' part of the contract leaves out how they are run")
    func contractNodes() throws {
        let run: JSONValue = [
            "id": "run", "use": "sql/execute", "when": ["parse.status": ["equals": "ok"]],
            "with": ["databases": "databases"], "on_violation": "quarantine", "environment": ["PATH"],
        ]
        #expect(plan.contractNodes.array?.count == 12)
        #expect(plan.contractNodes.array?[5] == run)
    }

    @Test("A graph without models needs no providers; unused plugins are no part of the plan")
    func withoutModels() throws {
        let plan = try GraphFixtures.plan(
            text: """
                fastdistill: 1
                name: small
                plugins: {sql: ">=1.0 <2.0"}
                source:
                  files: [tasks.csv]
                  columns: {question: utf8, kind: {type: "struct<level: int64?>?"}}
                  task_id: {column: kind}
                providers: providers.yaml
                nodes:
                  - {id: drop, reject: {when: {kind.level: {in: [1, 2]}}, code: easy}}
                """)
        #expect(plan.providersPath == nil)
        #expect(plan.gatesPath == nil)
        #expect(plan.plugins.isEmpty)
        #expect(plan.source.format == .csv)
        #expect(plan.source.rowID == nil)
        guard case .column("kind") = plan.source.taskID, case .reject(let reject) = plan.nodes[0].verb else {
            throw GraphFixtures.Missing()
        }
        #expect(reject.when == [ColumnTest(path: ColumnPath(["kind", "level"]), test: .isIn([.int64(1), .int64(2)]))])
        #expect(reject.isHard == false)
    }

    @Test("Without a list of roles, none is refused")
    func rolesUnknown() throws {
        let graph = try GraphDocument.load("\(GraphFixtures.folder)/right/full.yaml")
        let plan = try GraphChecker(resolve: GraphFixtures.resolve).check(graph)
        #expect(plan.nodes.count == 12)
        #expect(throws: Failures.self) { try GraphChecker(roles: [], resolve: GraphFixtures.resolve).check(graph) }
    }

    @Test("The plugin's failure keeps its own place when it has one")
    func placedFailure() throws {
        let graph = try GraphDocument.load("\(GraphFixtures.folder)/right/full.yaml")
        let checker = GraphChecker { _, range, location in
            #expect(range.description == "^1.2")
            #expect(location.line == 5)
            return .failure(Failure("lock", "locked to another version", at: Location(file: "full.lock", line: 3)))
        }
        let messages = GraphFixtures.messages { _ = try checker.check(graph) }
        #expect(messages == "full.lock:3: error: locked to another version")
    }
}
