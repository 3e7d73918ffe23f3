import Foundation
import Testing

/// A graph that does everything: distils from a teacher, trains, serves, evaluates and decides, on a database of a shop.
struct Shop {
    let workspace: Workspace
    /// Answers everything right, as the teacher does.
    private let teacher: ChatServer

    static let testRows = 60

    /// - Parameters:
    ///   - skill: how many of a hundred questions the trained student gets right; the untrained one 30.
    ///   - leaks: whether a question of the training is one of the test.
    init(skill: Int = 80, gates: String = passing, leaks: Bool = false) throws {
        workspace = try Workspace(graph: Self.graph(skill: skill))
        let folder = workspace.folder
        var key: [String: String] = [:]
        var script: [String: Any] = [:]
        func rows(_ numbers: Range<Int>) -> String {
            numbers.map { number in
                let (question, sql) = (
                    "What is the price of item \(number)?", "SELECT price FROM item WHERE id = \(number)"
                )
                key[question] = sql
                script[question] = [["replies": [sql]]]
                return #"{"question": "\#(question)", "db_id": "shop", "gold_sql": "\#(sql)"}"# + "\n"
            }.joined()
        }
        try folder.write("train.jsonl", rows(leaks ? 115..<145 : 100..<130))
        try folder.write("test.jsonl", rows(130..<(130 + Self.testRows)))
        try folder.write("key.json", JSONSerialization.data(withJSONObject: key))
        let answers: [String: Any] = [
            "question": ["teacher-model": "(What is the price of item [0-9]+\\?)"],
            "replies": ["teacher-model": script],
        ]
        teacher = try ChatServer(
            script: try folder.write("teacher.json", JSONSerialization.data(withJSONObject: answers)))
        try folder.write("gates.yaml", gates)
        try folder.write("feedback.jsonl", Self.feedback)
        try folder.write("evaluate.yaml", Self.evaluation)
        try folder.write("untrained/skill", "30")
        try writeStudent()
        try folder.write("providers.yaml", providers)
        try folder.write("make.py", Self.database)
        let made = try shell(["python3", "make.py"], directory: folder.path)
        try #require(made.status == 0, "\(made)")
    }

    /// What a trainer takes for a model: a few bytes of each file.
    private func writeStudent() throws {
        let folder = workspace.folder
        try folder.write("untrained/config.json", #"{"model_type": "llama", "max_position_embeddings": 2048}"#)
        try folder.write("untrained/tokenizer.json", #"{"added_tokens": []}"#)
        try folder.write("untrained/tokenizer_config.json", #"{"chat_template": "{{ messages }}"}"#)
        let header = #"{"w": {"dtype": "F32", "shape": [10, 10], "data_offsets": [0, 400]}}"#
        try folder.write(
            "untrained/model.safetensors",
            withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
                + Data(count: 400))
    }

    static let database = """
        import os, sqlite3
        os.makedirs("databases/shop", exist_ok=True)
        with sqlite3.connect("databases/shop/shop.sqlite") as database:
            database.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER)")
            database.executemany("INSERT INTO item VALUES (?, ?)", [(number, 7 * number) for number in range(400)])

        """

    private var providers: String {
        """
        fastdistill: 1
        providers:
          - {id: teacher, kind: openai, url: '\(teacher.url)', model: teacher-model}
          - {id: small, kind: openai, url: 'http://127.0.0.1:1/v1', model: small-model}
        roles:
          teacher: [{provider: teacher}]
          student: [{provider: small}]

        """
    }

    static func gates(_ further: String = "") -> String {
        """
        fastdistill: 1
        gates:
          - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline, minimum_rows: 50}
          - {metric: test_exec_accuracy, rule: point, against: [previous, teacher], margin: 0.5, name: close, minimum_rows: 50}
          - {metric: online_win_rate, rule: point, against: [teacher, previous], figure: lower_bound, minimum_rows: 50}
          - {metric: executable_rate, at_least: 0.9, minimum_rows: 50}
        maximum_contamination: 0
        \(further)

        """
    }

    /// Users find every third answer of the student as good as the reference, and the others better.
    private static let feedback = (0..<60).map { number in
        let line = { (model: String, outcome: String) in
            #"{"input_id": "user-\#(number)", "model": "\#(model)", "outcome": "\#(outcome)"}"# + "\n"
        }
        return line("student", number % 3 == 0 ? "tie" : "win") + line("teacher", "tie")
    }.joined()

    static let passing = gates()
    static let failing = passing.replacingOccurrences(of: "at_least: 0.9", with: "at_least: 1.1")
    static let undecidable = passing.replacingOccurrences(of: "minimum_rows: 50", with: "minimum_rows: 500")

    private static let head = """
        fastdistill: 1
        plugins: {canonical: ^1.0, text2sql: ^1.0}
        resources: {databases: databases}
        providers: providers.yaml
        decode: {greedy: {max_tokens: 32, temperature: 0}}

        """

    private static func source(_ file: String) -> String {
        """
        source:
          files: [\(file)]
          columns: {question: utf8, db_id: utf8, gold_sql: {type: utf8, gold: true}}
          task_id: shop

        """
    }

    private static func nodes(role: String) -> String {
        """
        nodes:
          - {id: canonical, use: canonical/canonicalize, in: {text: question}}
          - {id: schema, use: text2sql/schema, with: {databases: databases}}
          - {id: ids, identify: {decode: greedy}}
          - {id: prompt, use: text2sql/prompt, in: {question: canonical.text}, with: {style: turns}}
          - {id: answer, complete: {role: \(role), decode: greedy}}
          - {id: parse, use: text2sql/parse, in: {text: answer.text}}
          - {id: unparseable, reject: {when: {parse.sql: {absent: true}}, code: unparseable}}
          - {id: execute, use: text2sql/execute, with: {databases: databases}}
          - {id: not_executable, reject: {when: {execute.status: {not: ok}}, code: not_executable}}
          - {id: compare, use: text2sql/compare, with: {databases: databases}}

        """
    }

    private static func graph(skill: Int) -> String {
        let python = "[python3, \(Package.endToEnd)/Servers/small_model.py"
        return "name: shop\n" + head + source("train.jsonl") + nodes(role: "teacher") + """
              - {id: wrong, reject: {when: {compare.verdict: {not: ok}}, code: wrong}}
            gates: gates.yaml
            train:
              student: untrained
              answer: parse.sql
              validation_share: 0.1
              seed: 3
              command:
                run: \(python), train, "{export}", "{output}", \(skill)]
                log: "'loss': '(?<loss>[^']+)'"
                outputs: {model: "{output}/model"}
            serve:
              command: \(python), serve, "{model}", "{port}", key.json]
              url: "http://127.0.0.1:{port}/v1"
              ready: "http://127.0.0.1:{port}/health"
            evaluate:
              graph: evaluate.yaml
              verdict: compare.verdict
              executable: execute.status
              feedback: feedback.jsonl
              models:
                student: {provider: small, serve: trained}
                baseline: {provider: small, serve: untrained}
                teacher: {role: teacher}
                previous: registry

            """
    }

    private static let evaluation = "name: evaluate-shop\n" + head + source("test.jsonl") + nodes(role: "student")

    /// How many of the test questions a model of a skill gets right, counted as small_model.py does.
    func right(skill: Int) throws -> Int {
        let program = """
            import hashlib, json
            questions = [json.loads(line)["question"] for line in open("test.jsonl")]
            print(sum(int(hashlib.sha256(q.encode()).hexdigest(), 16) % 100 < \(skill) for q in questions))
            """
        let result = try shell(["python3", "-c", program], directory: workspace.folder.path)
        return try #require(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    func requestsOfTeacher() throws -> Int { try teacher.counts().asked }
}
