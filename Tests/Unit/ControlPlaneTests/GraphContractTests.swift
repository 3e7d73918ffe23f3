import DataPlane
import Testing

@testable import ControlPlane

@Suite("The contract of a run")
struct GraphContractTests {
    private let providers: JSONValue = [
        "teacher": [["id": "local", "kind": "openai", "model": "m", "revision": "r", "weight": 1]]
    ]
    private let gates: JSONValue = ["gates": []]

    private func contract(_ plan: Plan) throws -> Contract {
        try Contract(hashing: plan, providers: providers, gates: gates)
    }

    private let text = """
        fastdistill: 1
        name: small
        plugins: {sql: ^1.2}
        source:
          files: [tasks.jsonl]
          columns: {question: utf8, db_id: utf8, gold_sql: {type: "utf8?", gold: true}}
          task_id: text2sql
          row_id: {column: id}
        resources: {databases: databases}
        decode: {default: {n: 2, max_tokens: 64, temperature: 0}}
        shard_rows: 500
        nodes:
          - {id: canonical, use: sql/canonicalize, workers: 3, row_timeout: 5s}
          - {id: ids, identify: {decode: default}}
        """

    /// The hash comes from Python: `hashlib.sha256(json.dumps(contract, sort_keys=True, separators=(",", ":")).encode())`.
    @Test("is this JSON, with this hash")
    func golden() throws {
        let contract = try contract(GraphFixtures.plan(text: text))
        #expect(contract.json.canonical == Self.expectedText)
        #expect(contract.hash == Self.expectedHash)
        #expect(Contract.runID(name: "small", hash: contract.hash) == "small-\(Self.expectedHash.prefix(12))")
    }

    @Test(
        "does not change with",
        arguments: [
            ("workers: 3", "workers: 8"), ("row_timeout: 5s", "row_timeout: 9m"),
            ("workers: 3", "workers: 3, crash_limit: 0.5"), ("name: small", "name: other"),
            ("workers: 3, row_timeout: 5s", "isolation: inline"), ("^1.2", "\">=1.0\""),
            ("{n: 2, max_tokens: 64, temperature: 0}", "{temperature: 0, max_tokens: 64, n: 2}"),
            ("shard_rows: 500", "providers: providers.yaml\nshard_rows: 500"),
        ])
    func unchanged(old: String, new: String) throws {
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        #expect(try contract(GraphFixtures.plan(text: changed)).hash == Self.expectedHash)
    }

    @Test("changes with what a training is told, not with where its student and its Python lie")
    func training() throws {
        let asking =
            text.replacing("shard_rows", with: "providers: providers.yaml\nshard_rows") + """

                  - {id: prompt, use: sql/prompt}
                  - {id: teacher, complete: {role: teacher, decode: default}}
                train: {student: databases, answer: teacher.text, trl: {python: python3, options: {max_steps: 9}}}
                """
        let hash = try contract(GraphFixtures.plan(text: asking)).hash
        for (old, new) in [
            ("max_steps: 9", "max_steps: 8"), ("databases, answer", "tasks.csv, answer"), ("trl:", "seed: 2, trl:"),
        ] {
            let changed = try contract(GraphFixtures.plan(text: asking.replacing(old, with: new)))
            #expect(changed.hash != hash, "\(new)")
        }
        for (old, new) in [
            ("python: python3", "python: .venv/bin/python"), ("databases, answer", "./databases, answer"),
        ] {
            let same = try contract(GraphFixtures.plan(text: asking.replacing(old, with: new)))
            #expect(same.hash == hash, "\(new)")
        }
    }

    @Test(
        "changes with",
        arguments: [
            ("workers: 3", "environment: [PATH]"), ("workers: 3", "on_violation: quarantine"),
            ("task_id: text2sql", "task_id: sql"), ("gold: true", "gold: false"), ("row_id: {column: id}", ""),
            ("row_id: {column: id}", "row_id: {column: id}\n  split: {column: db_id}"),
            ("db_id: utf8", "db_id: utf8?"), ("n: 2", "n: 3"), ("temperature: 0", "temperature: 0.1"),
            ("shard_rows: 500", "shard_rows: 501"), ("databases: databases", "databases: examples.jsonl"),
            ("files: [tasks.jsonl]", "files: [tasks.jsonl, examples.jsonl]"), ("id: canonical", "id: canon"),
            ("nodes:", "nodes:\n  - {id: d, reject: {when: {question: {equals: \"\"}}, code: empty}}"),
        ])
    func changed(old: String, new: String) throws {
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        #expect(try contract(GraphFixtures.plan(text: changed)).hash != Self.expectedHash)
    }

    @Test("has what stands in a file of a complete node, not where the file is")
    func constraintFiles() throws {
        let asking = { (format: String) in
            let node = "  - {id: a, complete: {role: teacher, decode: default, response_format: \(format)}}"
            let prompt = "  - {id: prompt, use: sql/prompt}\n"
            let graph = text.replacing("shard_rows", with: "providers: providers.yaml\nshard_rows")
            return try contract(GraphFixtures.plan(text: graph + "\n" + prompt + node)).hash
        }
        let schema = "{type: object, properties: {sql: {type: string}}, required: [sql]}"
        let inline = try asking("{json_schema: \(schema)}")
        #expect(try asking("{file: schema.json}") == inline)
        #expect(try asking("{json_schema: {type: object}}") != inline)
    }

    @Test("changes with plugins, providers and gate values")
    func parts() throws {
        let plan = try GraphFixtures.plan(text: text)
        var other = plan
        other.plugins[0].sha256 = String(repeating: "cd", count: 32)
        #expect(try contract(other).hash != Self.expectedHash)
        #expect(try Contract(hashing: plan, providers: .null, gates: gates).hash != Self.expectedHash)
        #expect(try Contract(hashing: plan, providers: providers, gates: .null).hash != Self.expectedHash)
    }

    @Test("cannot be made when a file is gone")
    func missingFile() throws {
        var plan = try GraphFixtures.plan(text: text)
        plan.source.files[0].path = "/nonexistent/tasks.jsonl"
        let messages = GraphFixtures.messages { _ = try contract(plan) }
        #expect(messages == "error: cannot open '/nonexistent/tasks.jsonl': No such file or directory")
    }

    private static let expectedText = #"""
        {"decode":{"default":{"max_tokens":64,"n":2,"temperature":0}},"format":"fastdistill.contract/1"\#
        ,"gates":{"gates":[]},"nodes":[{"id":"canonical","use":"sql/canonicalize"},{"id":"ids","identif\#
        y":{"decode":"default"}}],"plugins":{"sql":{"sha256":"ababababababababababababababababababababa\#
        bababababababababababab","version":"1.2.3"}},"providers":{"teacher":[{"id":"local","kind":"open\#
        ai","model":"m","revision":"r","weight":1}]},"resources":{"databases":"7960abcdc98f17c447186ed9\#
        7cd98e7c774c06e419028d9b8bd0fbb55c462b7f"},"shard_rows":500,"source":{"columns":[{"gold":false,\#
        "name":"question","type":"utf8"},{"gold":false,"name":"db_id","type":"utf8"},{"gold":true,"name\#
        ":"gold_sql","type":"utf8?"}],"files":[{"name":"tasks.jsonl","sha256":"a1ce757ebbbb6f1401a2925e\#
        608bd24b1c5a092e89965d639a45310a82dbbe88"}],"format":"jsonl","row_id":"id","task_id":{"constant\#
        ":"text2sql"}}}
        """#

    private static let expectedHash = "28bc1f3cd5e1be5d2e18ee48d8d85e0773f0ce0b78f302635b3549f16729c5d2"
}
