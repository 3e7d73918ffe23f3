import Blocking
import DataPlane
import Foundation
import Testing

/// Real judged runs: marks beside gold verdicts, several votes, pairs in both orders.
@Suite("What a judge says, and how far it can be trusted", .blocking)
struct JudgedRunTests {
    private static let example = "Examples/judge-calibration"

    /// Where the oracle finds the verdicts of the example's graph.
    private static let setup = """
        {
          "verdicts": {
            "compare": {
              "stage": "distilled", "path": "compare.verdict",
              "facets": {"schema.database": "schema.database", "score.status": "score.status"}
            },
            "score": {
              "stage": "distilled", "path": "score.verdict",
              "facets": {"schema.database": "schema.database", "score.status": "score.status"}
            }
          },
          "pairs": {"compare score": ["distilled", "compare.verdict", "score.verdict"]},
          "scores": {
            "score.score": {
              "stage": "distilled", "path": "score.score", "range": [0, 1],
              "by": {"compare": "compare.verdict", "score": "score.verdict"}
            }
          }
        }
        """

    @Test(
        "A small model as the judge: the example ends as its README prints it, and its report says what to think of it")
    func example() throws {
        try ExampleTests.requireDemoDatabase()
        let folder = try TemporaryFolder()
        let result = try shell([
            Package.executable, "run", "\(Self.example)/graph.yaml", "--runs", folder.file("runs"), "--quiet",
        ])
        #expect(result.status == 0, "\(result)")
        let readme = try Package.text("\(Self.example)/README.md")
        let output = result.output.replacingOccurrences(of: folder.file("runs"), with: "runs")
        #expect(ExampleTests.withoutHash(readme).contains(ExampleTests.withoutHash(output)), "\(output)")
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder.file("runs"))
        let run = folder.file("runs/" + (try #require(runs.first { $0.hasPrefix("judge-calibration-") })))
        try Oracle.run("Tests/Oracles/quality_report.py", [run, Self.setup])
        let page = try String(contentsOfFile: run + "/reports/quality.md", encoding: .utf8)
        // Both tables, as they stand in the README.
        let tables = readme.components(separatedBy: "\n```\n").filter {
            $0.contains("| ---") && !$0.contains("graph.yaml")
        }
        #expect(tables.count == 2)
        for table in tables {
            #expect(page.contains(table.trimmingCharacters(in: .newlines)), "\(table)\n\(page)")
        }
    }

    /// What the judge says of the right answers, and of the wrong ones.
    private static let marks = (
        right: Array(repeating: #"{"score": 5}"#, count: 9) + Array(repeating: "4", count: 3)
            + Array(repeating: "Score: 2/5", count: 5) + Array(repeating: "I'm sorry, I cannot judge this.", count: 2)
            + ["It looks fine to me."],
        wrong: Array(repeating: #"{"score": 1}"#, count: 10) + ["3", "3"] + Array(repeating: "**5**", count: 4)
            + ["I cannot judge this query."] + Array(repeating: "Between 2 and 4, I would say.", count: 3)
    )

    /// Forty answers, half of them right:
    ///
    ///     judge      ok   wrong   refused   unparseable
    ///     right      12       5         2             1
    ///     wrong       4      12         1             3
    ///
    /// 33 are decided; (12 + 12) / 33 of them agree. By chance (17 · 16 + 16 · 17) / 33² = 544 / 1089 would, so kappa is
    /// (792 − 544) / (1089 − 544) = 248 / 545.
    @Test("Marks beside gold verdicts: agreement, kappa and histogram are those counted by hand and by Python")
    func calibration() throws {
        let graph = try Package.text("\(Self.example)/graph.yaml").replacingOccurrences(of: "../demo/", with: "")
        let items = Array(0..<20)
        let shop = try JudgedShop(
            graph: graph,
            tasks: items.map { item in
                [
                    "id": "task-\(item)", "db_id": "shop", "question": JudgedShop.question(item),
                    "gold_sql": JudgedShop.query(item),
                ]
            },
            teacher: Dictionary(
                uniqueKeysWithValues: items.map { item in
                    (JudgedShop.question(item), [JudgedShop.query(item), JudgedShop.query(item + 100)])
                }),
            judge: items.flatMap { item in
                [(item, Self.marks.right[item]), (item + 100, Self.marks.wrong[item])].map { asked, mark in
                    JudgedShop.Opinion(
                        question: JudgedShop.question(item), contains: "<query>\n\(JudgedShop.query(asked))\n",
                        replies: [mark])
                }
            })
        try shop.workspace.run(["--quiet"])
        #expect(try shop.server.counts().unknown == 0)
        let run = try shop.workspace.runFolder()
        try Oracle.run("Tests/Oracles/quality_report.py", [run.path, Self.setup])
        let quality = try run.quality
        let agreement = try #require(quality["agreement"]?.array?.first)
        #expect(agreement["first"]?.string == "compare" && agreement["second"]?.string == "score")
        #expect(
            agreement["rows"] == [
                "ok": ["ok": 12, "undecidable": 3, "wrong": 5], "wrong": ["ok": 4, "undecidable": 4, "wrong": 12],
            ])
        #expect(agreement["decided"]?.int == 33 && agreement["undecidable"]?.int == 7)
        #expect(abs((agreement["agreement"]?.double ?? 0) - 24.0 / 33) < 1e-6)
        #expect(abs((agreement["kappa"]?.double ?? 0) - 248.0 / 545) < 1e-6)
        // Marks 1 to 5 are the scores 0, 0.25, 0.5, 0.75, 1; replies without a mark are in none of the bins.
        let scores = try #require(quality["scores"]?["score.score"])
        #expect(scores["all"]?["bins"] == [10, 0, 5, 0, 0, 2, 0, 3, 0, 13])
        #expect(scores["all"]?["null"]?.int == 7)
        #expect(scores["by_verdict"]?["compare"]?["ok"]?["bins"] == [0, 0, 5, 0, 0, 0, 0, 3, 0, 9])
        #expect(scores["by_verdict"]?["compare"]?["wrong"]?["bins"] == [10, 0, 0, 0, 0, 2, 0, 0, 0, 4])
        let statuses = try #require(quality["accuracy"]?["compare"]?["facets"]?["score.status"])
        let counts = { (status: String) in
            ["ok", "wrong"].map { statuses[status]?[$0]?.int ?? 0 }
        }
        #expect(counts("ok") == [17, 16] && counts("refused") == [2, 1] && counts("unparseable") == [1, 3])
        let page = try String(contentsOfFile: run.path + "/reports/quality.md", encoding: .utf8)
        #expect(
            page.contains("33 rows decided by both: agreement 72.7 %, kappa 0.46. 7 rows undecidable.\n"), "\(page)")
        #expect(page.contains("\n| no score | 7 | 3 | 4 | 0 | 7 | 0 |\n"), "\(page)")
    }

    private static let votes = """
        fastdistill: 1
        name: votes
        plugins: {canonical: ^1.0, text2sql: ^1.0, judge: ^1.1}
        source:
          files: [tasks.jsonl]
          columns: {question: utf8, db_id: utf8, gold_sql: {type: utf8, gold: true}}
          task_id: shop
          row_id: {column: id}
        resources: {databases: databases}
        providers: providers.yaml
        decode: {greedy: {max_tokens: 32, temperature: 0}, judge: {n: 3, max_tokens: 8, temperature: 0.7, seed: 5}}
        nodes:
          - {id: canonical, use: canonical/canonicalize, in: {text: question}}
          - {id: schema, use: text2sql/schema, with: {databases: databases}}
          - {id: ids, identify: {decode: greedy}}
          - {id: prompt, use: text2sql/prompt, in: {question: canonical.text}, with: {style: turns}}
          - {id: teacher, complete: {role: teacher, decode: greedy}}
          - {id: parse, use: text2sql/parse, in: {text: teacher.text}}
          - {id: unparseable, reject: {when: {parse.sql: {absent: true}}, code: unparseable}}
          - {id: execute, use: text2sql/execute, with: {databases: databases}}
          - {id: judge_prompt, use: judge/prompt, in: {question: canonical.text, result: execute.result}}
          - {id: judge, complete: {role: judge, decode: judge}, in: {messages: judge_prompt.messages}}
          - {id: score, use: judge/score, in: {text: judge.text}}
          - id: vote
            use: judge/votes
            in: {score: score.score, status: score.status, answer: parse.sql}
            with: {min_votes: 2}
            artifact: voted
          - {id: one, select: {per: sample, order: [{column: candidate, direction: ascending}], keep: 1}}
          - {id: compare, use: text2sql/compare, with: {databases: databases}}

        """

    /// The three replies about each answer, and what they come to: score, verdict, votes, refused, unparseable, spread.
    private static let voted: [(replies: [String], comesTo: [JSONValue])] = [
        (["5", "5", "4"], [.double(2.75 / 3), "ok", 3, 0, 0, .double(0.25)]),
        (["5", "I cannot judge this query.", "1"], [.double(0.5), "wrong", 2, 1, 0, .double(1)]),
        (["Hard to say.", "4 or 5", "5"], [.null, "undecidable", 1, 0, 2, .double(0)]),
        (["I'm sorry, no.", "I cannot rate it.", "I decline."], [.null, "undecidable", 0, 3, 0, .null]),
        (["2", "2", "5"], [.double(0.5), "wrong", 3, 0, 0, .double(0.75)]),
        (["1", "1", "It is 5 of 5, or 4."], [.double(0), "wrong", 2, 0, 1, .double(0)]),
        (["5", "I won't.", "5"], [.double(1), "ok", 2, 1, 0, .double(0)]),
        (["4", "3", "5"], [.double(0.75), "ok", 3, 0, 0, .double(0.5)]),
    ]

    /// Answers with an even number are right. Of the six that are decided the judge agrees on 0 and 6, which are right, and
    /// on 1 and 5, which are not: 4 of 6; by chance (3 · 3 + 3 · 3) / 36 would.
    @Test("Several votes about each answer: what is no mark is counted and does not vote, and an answer counts once")
    func votes() throws {
        let items = Array(Self.voted.indices)
        let answer = { (item: Int) in JudgedShop.query(item % 2 == 0 ? item : item + 100) }
        let shop = try JudgedShop(
            graph: Self.votes,
            tasks: items.map { item in
                [
                    "id": "task-\(item)", "db_id": "shop", "question": JudgedShop.question(item),
                    "gold_sql": JudgedShop.query(item),
                ]
            },
            teacher: Dictionary(uniqueKeysWithValues: items.map { (JudgedShop.question($0), [answer($0)]) }),
            judge: items.map { item in
                JudgedShop.Opinion(
                    question: JudgedShop.question(item), contains: "<query>\n\(answer(item))\n",
                    replies: Self.voted[item].replies)
            })
        try shop.workspace.run(["--quiet"])
        #expect(try shop.server.counts().unknown == 0)
        let run = try shop.workspace.runFolder()
        let rows = try run.query(
            "SELECT row_id, count(*) AS n, \(Self.agreed("vote", ["score", "verdict", "votes", "refused", "unparseable", "spread"])) "
                + "FROM stage GROUP BY row_id ORDER BY row_id", stage: "voted")
        try #require(rows.count == items.count)
        for (item, row) in rows.enumerated() {
            #expect(row["n"]?.int == 3)
            for (name, expected) in zip(
                ["score", "verdict", "votes", "refused", "unparseable", "spread"], Self.voted[item].comesTo)
            {
                Self.expect(row[name], expected, "\(name) of answer \(item)")
            }
        }
        let quality = try run.quality
        #expect(quality["outcomes"]?["kept"]?.int == 8)
        // A row for each mark there, and for each answer once one of them is selected.
        #expect(quality["verdicts"]?["score"] == ["ok": 10, "undecidable": 8, "wrong": 6])
        #expect(quality["verdicts"]?["compare"] == ["ok": 4, "wrong": 4])
        let pairs = try #require(quality["agreement"]?.array)
        #expect(
            pairs.map { "\($0["first"]?.string ?? "") \($0["second"]?.string ?? "")" } == [
                "score compare", "score vote", "vote compare",
            ])
        let agreement = pairs[2]
        #expect(
            agreement["rows"] == [
                "ok": ["ok": 2, "wrong": 1], "undecidable": ["ok": 1, "wrong": 1], "wrong": ["ok": 1, "wrong": 2],
            ])
        #expect(agreement["decided"]?.int == 6 && agreement["undecidable"]?.int == 2)
        #expect(abs((agreement["agreement"]?.double ?? 0) - 4.0 / 6) < 1e-6)
        #expect(abs((agreement["kappa"]?.double ?? 0) - 1.0 / 3) < 1e-6)
    }

    @Test("Two candidates with the same answer share the judge's one reply, which is one vote")
    func sharedReply() throws {
        let shop = try JudgedShop(
            graph: Self.votes.replacingOccurrences(
                of: "{max_tokens: 32, temperature: 0}", with: "{max_tokens: 32, n: 2}"
            )
            .replacingOccurrences(of: "judge: {n: 3,", with: "judge: {n: 1,"),
            tasks: [
                ["id": "task-0", "db_id": "shop", "question": JudgedShop.question(0), "gold_sql": JudgedShop.query(0)]
            ],
            teacher: [JudgedShop.question(0): [JudgedShop.query(0), JudgedShop.query(0)]],
            judge: [
                JudgedShop.Opinion(
                    question: JudgedShop.question(0), contains: "<query>\n\(JudgedShop.query(0))\n", replies: ["5"])
            ])
        try shop.workspace.run(["--quiet"])
        let rows = try shop.workspace.runFolder().query(
            "SELECT candidate, judge.choice_index AS choice, vote.votes AS votes, vote.verdict AS verdict FROM stage "
                + "ORDER BY candidate", stage: "voted")
        #expect(
            rows == [0, 1].map { ["candidate": $0, "choice": 0, "votes": 1, "verdict": "undecidable"] }, "\(rows)")
    }

    private static let pairs = """
        fastdistill: 1
        name: pairs
        plugins: {canonical: ^1.0, text2sql: ^1.0, judge: ^1.1}
        source:
          files: [tasks.jsonl]
          columns: {question: utf8, db_id: utf8, first: utf8, second: utf8}
          task_id: shop
          row_id: {column: id}
        resources: {databases: databases}
        providers: providers.yaml
        decode: {judge: {n: 3, max_tokens: 8, temperature: 0.7, seed: 5}}
        nodes:
          - {id: canonical, use: canonical/canonicalize, in: {text: question}}
          - {id: schema, use: text2sql/schema, with: {databases: databases}}
          - {id: ids, identify: {decode: judge}}
          - id: both
            use: judge/pair_prompt
            in: {question: canonical.text, sql: first, other_sql: second}
            with: {structured: true}
          - id: opinion
            complete: {role: judge, decode: judge, response_format: {column: both.response_format}}
          - {id: better, use: judge/pair, in: {text: opinion.text}, artifact: judged}
          - {id: unclear, reject: {when: {better.outcome: {equals: undecidable}}, code: unclear, hard: true}}

        """

    /// Replies with the first query as A, with it as B, and what they come to: outcome, score, consistent, refused,
    /// unparseable.
    private static let compared: [(ab: [String], ba: [String], comesTo: [JSONValue])] = [
        ([#"{"winner": "A"}"#, "A", "A"], ["B", "B", "B"], ["first", .double(1), true, 0, 0]),
        (["A", "A", "B"], ["B", "A", "B"], ["first", .double(1), true, 0, 0]),
        // The judge likes what it sees first.
        (["A", "A", "A"], ["A", "A", "A"], ["tie", .double(0.5), false, 0, 0]),
        (["B", "B", "B"], ["A", "A", "A"], ["second", .double(0), true, 0, 0]),
        (["tie", "tie", "tie"], ["tie", "tie", "tie"], ["tie", .double(0.5), true, 0, 0]),
        (
            ["I'm sorry, no.", "I cannot judge.", "I decline."], ["B", "B", "B"],
            ["undecidable", .null, .null, 3, 0]
        ),
        (
            ["I cannot judge.", "A is nicer than B, or so.", "A"], ["B", "B", "B"],
            ["first", .double(1), true, 1, 1]
        ),
        (["Both.", "A or B", "?"], ["Hm.", "A and B", "One."], ["undecidable", .null, .null, 0, 6]),
    ]

    @Test("Pairs in both orders: a win counts only in both, and refusals and unreadable replies are no preference")
    func pairs() throws {
        let items = Array(Self.compared.indices)
        let shop = try JudgedShop(
            graph: Self.pairs,
            tasks: items.map { item in
                [
                    "id": "task-\(item)", "db_id": "shop", "question": JudgedShop.question(item),
                    "first": JudgedShop.query(item), "second": JudgedShop.query(item + 100),
                ]
            },
            judge: items.flatMap { item in
                [(item, Self.compared[item].ab), (item + 100, Self.compared[item].ba)].map { asA, replies in
                    JudgedShop.Opinion(
                        question: JudgedShop.question(item), contains: "<query_a>\n\(JudgedShop.query(asA))\n",
                        replies: replies)
                }
            })
        try shop.workspace.run(["--quiet"])
        let counts = try shop.server.counts()
        #expect(counts.unknown == 0 && counts.asked == 16)
        let run = try shop.workspace.runFolder()
        let names = ["outcome", "score", "consistent", "refused", "unparseable"]
        let rows = try run.query(
            "SELECT row_id, count(*) AS n, \(Self.agreed("better", names)) FROM stage GROUP BY row_id ORDER BY row_id",
            stage: "judged")
        try #require(rows.count == items.count)
        for (item, row) in rows.enumerated() {
            #expect(row["n"]?.int == 6)
            for (name, expected) in zip(names, Self.compared[item].comesTo) {
                Self.expect(row[name], expected, "\(name) of pair \(item)")
            }
        }
        let quality = try run.quality
        #expect(quality["rejected_by_code"] == ["unclear": 2])
        let outcomes = try #require(quality["facets"]?["better.outcome"]?.object)
        #expect(
            outcomes.map { "\($0.0) \($0.1["in"]?.int ?? 0)" } == ["first 3", "second 1", "tie 2", "undecidable 2"])
        // Six rows a pair: the score of each, and none of the two that are undecidable.
        #expect(quality["scores"]?["better.score"]?["all"]?["bins"] == [6, 0, 0, 0, 0, 12, 0, 0, 0, 18])
        #expect(quality["scores"]?["better.score"]?["all"]?["null"]?.int == 12)
    }

    /// SQL for columns that are the same in all rows of a group; `several` where they are not.
    private static func agreed(_ node: String, _ columns: [String]) -> String {
        columns.map { name in
            let column = "\(node).\(name)"
            return
                "CASE WHEN count(DISTINCT \(column)) > 1 THEN 'several' ELSE any_value(\(column))::VARCHAR END AS \(name)"
        }.joined(separator: ", ")
    }

    /// DuckDB's text of a value.
    private static func expect(
        _ found: JSONValue?, _ expected: JSONValue, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        if let number = expected.double {
            #expect(
                found?.string.flatMap(Double.init).map { abs($0 - number) < 1e-9 } == true,
                "\(what): \(found ?? .null)",
                sourceLocation: sourceLocation)
        } else {
            let text = expected.string ?? (expected == .null ? nil : expected.compact)
            #expect(found?.string == text, "\(what): \(found ?? .null)", sourceLocation: sourceLocation)
        }
    }
}
