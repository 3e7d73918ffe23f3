import Blocking
import DataPlane
import Foundation
import Testing

/// `online_win_rate`, of pairs that a judge has compared in both orders and of logs of feedback.
@Suite("Whose answers are better", .serialized, .blocking)
struct JudgedPairsTests {
    /// A shop whose evaluation has a judge instead of a log of feedback.
    private struct JudgedLoop {
        let shop: Shop
        let judge: ChatServer

        static let pairs = """
              pairs:
                graph: pairs.yaml
                columns:
                  question: canonical.text
                  schema: schema.schema
                  sql: parse.sql
                  result: execute.result
                score: better.score

            """

        /// Where the judge cannot tell, there are fewer rows; and no student does as well as its teacher.
        static let gates = Shop.gates().replacingOccurrences(
            of: "figure: lower_bound, minimum_rows: 50", with: "figure: lower_bound, margin: 0.3, minimum_rows: 40")

        init() throws {
            shop = try Shop(gates: Self.gates)
            let folder = shop.workspace.folder
            let graph = try String(contentsOfFile: folder.file("graph.yaml"), encoding: .utf8)
            try folder.write(
                "graph.yaml", graph.replacingOccurrences(of: "  feedback: feedback.jsonl\n", with: Self.pairs))
            try folder.write("pairs.yaml", try Package.text("Tests/EndToEnd/Graphs/pairs.yaml"))
            try folder.write(
                "pairs_sample.jsonl",
                #"{"id": "1", "question": "Q?", "schema": "t(a)", "sql": "SELECT 1", "other_sql": "SELECT 2"}"# + "\n")
            var replies: [String: Any] = [:]
            for number in 130..<(130 + Shop.testRows) {
                let a =
                    ["contains": "<query_a>\nSELECT price", "replies": [Self.reply(number, rightIsA: true)]]
                    as [String: Any]
                let b =
                    ["contains": "<query_b>\nSELECT price", "replies": [Self.reply(number, rightIsA: false)]]
                    as [String: Any]
                replies["What is the price of item \(number)?"] = [a, b]
            }
            let script: [String: Any] = [
                "question": ["judge-model": "<question>\n([^\n]*)\n</question>"], "replies": ["judge-model": replies],
            ]
            judge = try ChatServer(
                script: try folder.write("judge.json", JSONSerialization.data(withJSONObject: script)))
            try shop.workspace.writeProviders(url: judge.url, name: "judge.yaml", models: ["judge"])
        }

        /// Of two answers the right one is better. Of some items the judge likes what it sees first, of some it says nothing,
        /// and of some the wrong answer is better.
        private static func reply(_ number: Int, rightIsA: Bool) -> String {
            switch number % 7 {
            case 0: "A"
            case 1: rightIsA ? "I cannot judge this." : "Both have their merits."
            case 2: rightIsA ? "B" : "A"
            default: rightIsA ? #"{"winner": "A"}"# : #"{"winner": "B"}"#
            }
        }

        /// What a model of a skill does beside one of a lower one, counted as small_model.py and the judge's script do:
        /// wins, ties, losses, undecided, asked, same.
        func expected(skill: Int, reference: Int) throws -> [Int] {
            let program = """
                import hashlib, json
                counts = dict.fromkeys(["win", "tie", "loss", "undecided", "asked", "same"], 0)
                for line in open("test.jsonl"):
                    question = json.loads(line)["question"]
                    place = int(hashlib.sha256(question.encode()).hexdigest(), 16) % 100
                    number = int(question.split()[-1][:-1])
                    if (place < \(skill)) == (place < \(reference)):
                        counts["same"] += 1
                        counts["tie"] += 1
                        continue
                    counts["asked"] += 1
                    counts[{0: "tie", 1: "undecided", 2: "loss"}.get(number % 7, "win")] += 1
                print(*counts.values())
                """
            let result = try shell(["python3", "-c", program], directory: shop.workspace.folder.path)
            return result.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        }
    }

    private static let names = ["wins", "ties", "losses", "undecided", "asked", "same"]

    @Test("A judge compares each model's answers with the baseline's, in both orders; what needs no judge is not asked")
    func pairs() throws {
        let loop = try JudgedLoop()
        let result = try loop.shop.workspace.run(["--quiet"])
        let run = try loop.shop.workspace.runFolder()
        let student = try loop.expected(skill: 80, reference: 30)
        let teacher = try loop.expected(skill: 100, reference: 30)
        // The script has something of everything.
        #expect(student.allSatisfy { $0 > 0 } && student != teacher, "\(student) \(teacher)")
        let report = try json(run.path + "/reports/evaluation.json")
        #expect(report["pairs"]?["reference"]?.string == "baseline")
        let judged = try #require(report["pairs"]?["judged"]?.array)
        #expect(judged.map { $0["role"]?.string } == ["student", "baseline", "teacher"])
        let counts = judged.map { model in Self.names.map { Int(model[$0]?.int ?? -1) } }
        #expect(counts[0] == student)
        #expect(counts[1] == [0, 60, 0, 0, 0, 60])
        #expect(counts[2] == teacher)
        let rates = try #require(report["models"]?.array).map { $0["figures"]?["online_win_rate"] }
        for (rate, counts) in zip(rates, [student, [0, 60, 0, 0, 0, 60], teacher]) {
            let decided = counts[0] + counts[1] + counts[2]
            let mean = (Double(counts[0]) + Double(counts[1]) / 2) / Double(decided)
            #expect(abs((rate?["value"]?.double ?? -1) - mean) < 1e-9 && rate?["rows"]?.int == Int64(decided))
        }
        #expect(
            result.output.contains(
                "  student   against the baseline: \(student[0]) won, \(student[1]) tied, \(student[2]) lost, "
                    + "\(student[3]) undecided; the judge was asked about \(student[4])\n"), "\(result)")
        #expect(result.output.contains("  online_win_rate: "), "\(result)")
        let page = try String(contentsOfFile: run.path + "/reports/evaluation.md", encoding: .utf8)
        #expect(
            page.contains(
                "| model | wins | ties | losses | undecided | asked | same | unanswered |\n| --- | --- | --- | --- | --- | --- | "
                    + "--- | --- |\n| student | \(student.map(String.init).joined(separator: " | ")) | 0 |\n"),
            "\(page)")
        // Two questions a pair, one in each order; where student and teacher answer alike it is asked once for both.
        let asked = try loop.judge.counts()
        #expect(asked.unknown == 0 && asked.asked == 2 * teacher[4])

        // The pairs' run is a run like any other, and what was judged is not judged again.
        let verified = try loop.shop.workspace.command(["verify", run.path + "/evaluate/pairs-student"])
        #expect(verified.status == 0, "\(verified)")
        #expect(try loop.shop.workspace.verify(run).status == 0)
        let again = try loop.shop.workspace.run(["--quiet"])
        #expect(again.output.contains("undecided; the judge was asked about \(student[4])\n"))
        #expect(try loop.judge.counts().asked == asked.asked)
        // As it stands, the graph runs on its sample.
        #expect(try loop.shop.workspace.command(["validate", "pairs.yaml"]).status == 0)
        // What the models answered is verified with the run they belong to.
        let shard = "evaluate/student/artifacts/raw/shard-00000.parquet"
        try FileManager.default.removeItem(atPath: "\(run.path)/\(shard)")
        let damaged = try loop.shop.workspace.verify(run)
        #expect(damaged.status == 6 && damaged.output.contains(": \(shard): "), "\(damaged)")
    }

    @Test("A judge that is down defers the evaluation, and the same command goes on")
    func judgeDown() throws {
        let loop = try JudgedLoop()
        try loop.shop.workspace.writeProviders(
            url: "http://127.0.0.1:1/v1", retry: "{attempts: 2, base: 1ms, cap: 2ms, give_up_after: 50ms}",
            name: "judge.yaml", models: ["judge"])
        try loop.shop.workspace.run(["--quiet", "--run-id", "it"], expecting: 3)
        let reports = loop.shop.workspace.folder.file("runs/it/reports/evaluation.json")
        #expect(!FileManager.default.fileExists(atPath: reports))
        try loop.shop.workspace.writeProviders(url: loop.judge.url, name: "judge.yaml", models: ["judge"])
        try loop.shop.workspace.run(["--quiet", "--run-id", "it"])
        #expect(FileManager.default.fileExists(atPath: reports))
    }

    @Test("A win rate against other answers says nothing beside this one's: the version before is left out of it")
    func otherReference() throws {
        let loop = try JudgedLoop()
        let workspace = loop.shop.workspace
        try workspace.run(["--quiet"])
        let promoted = try workspace.command(["promote", try workspace.runFolder().path])
        #expect(promoted.status == 0, "\(promoted)")
        let released = try json(workspace.folder.file("models/shop/1/evaluation/student.json"))
        #expect(released["details"]?["pairs"]?["reference"]?.string == "baseline")
        #expect(released["details"]?["pairs"]?["reference_sha256"]?.string?.count == 64)

        // The same answers to compare with: both win rates stand beside each other.
        let graph = try String(contentsOfFile: workspace.folder.file("graph.yaml"), encoding: .utf8)
        try workspace.folder.write(
            "graph.yaml", graph.replacingOccurrences(of: "\"{output}\", 80]", with: "\"{output}\", 70]"))
        try workspace.run(["--quiet"], runs: "second")
        let second = try json(try workspace.runFolder(in: "second").path + "/reports/evaluation.json")
        let previous = try #require(second["models"]?.array?.last)
        #expect(previous["role"]?.string == "previous" && previous["figures"]?["online_win_rate"] != nil)

        try workspace.folder.write(
            "graph.yaml",
            graph.replacingOccurrences(
                of: "    score: better.score\n", with: "    score: better.score\n    reference: teacher\n"))
        try workspace.run(["--quiet"], runs: "third")
        let third = try json(try workspace.runFolder(in: "third").path + "/reports/evaluation.json")
        #expect(third["pairs"]?["reference"]?.string == "teacher")
        let other = try #require(third["models"]?.array?.last)
        #expect(other["role"]?.string == "previous" && other["figures"]?["online_win_rate"] == nil)
        #expect(other["figures"]?["test_exec_accuracy"] != nil)
    }

    @Test("What a graph over pairs cannot be is said before anything is asked")
    func refusals() throws {
        let loop = try JudgedLoop()
        let workspace = loop.shop.workspace
        let graph = try String(contentsOfFile: workspace.folder.file("graph.yaml"), encoding: .utf8)
        let pairs = try String(contentsOfFile: workspace.folder.file("pairs.yaml"), encoding: .utf8)
        func errors(_ graph: String, _ pairs: String) throws -> String {
            try workspace.folder.write("graph.yaml", graph)
            try workspace.folder.write("pairs.yaml", pairs)
            let result = try workspace.command(["validate", "graph.yaml"])
            #expect(result.status == 2, "\(result)")
            return result.errors
        }
        #expect(
            try errors(graph.replacingOccurrences(of: "sql: parse.sql", with: "sql: gold_sql"), pairs).contains(
                "error: 'gold_sql' of the evaluation graph 'evaluate-shop' is gold or was made from it; a judge must not see it\n"
            ))
        #expect(
            try errors(graph.replacingOccurrences(of: "sql: parse.sql", with: "sql: parse.sq"), pairs).contains(
                "error: the evaluation graph 'evaluate-shop' has no column 'parse.sq' for 'sql' of 'pairs'; did you mean "
                    + "'parse.sql'?\n"))
        #expect(
            try errors(graph, pairs.replacingOccurrences(of: "  row_id: {column: id}\n", with: "")).contains(
                "error: the graph over pairs 'pairs-shop' has to say 'row_id: {column: id}' in its source: a pair is known by "
                    + "it\n"))
        #expect(
            try errors(
                graph.replacingOccurrences(of: "              schema: schema.schema\n", with: "")
                    .replacingOccurrences(of: "      schema: schema.schema\n", with: ""), pairs
            ).contains(
                "error: the graph over pairs 'pairs-shop' reads 'schema', which 'columns' of 'pairs' does not give; "))
        #expect(
            try errors(graph.replacingOccurrences(of: "execute.result", with: "execute.row_count"), pairs).contains(
                "error: the graph over pairs 'pairs-shop' reads 'result' as utf8, and it is int64\n"))
        #expect(
            try errors(graph.replacingOccurrences(of: "better.score", with: "better.outcome"), pairs).contains(
                "error: the score 'better.outcome' of the graph over pairs 'pairs-shop' is utf8; it has to be float64\n"
            ))
        #expect(
            try errors(graph.replacingOccurrences(of: "better.score", with: "better.scor"), pairs).contains(
                "error: the graph over pairs 'pairs-shop' has no column 'better.scor' for the score; did you mean "
                    + "'better.score'?\n"))
        #expect(
            try errors(graph, pairs + "gates: gates.yaml\n").contains(
                "error: the graph over pairs 'pairs-shop' has a 'train', 'evaluate' or 'gates' of its own; leave it out\n"
            ))
        #expect(try loop.shop.requestsOfTeacher() == 0)
    }

    @Test("A log of feedback gives the same figure as JSON Lines, CSV and Parquet", arguments: ["csv", "parquet"])
    func feedback(format: String) throws {
        let shop = try Shop()
        let folder = shop.workspace.folder
        let program = """
            import csv, json, sys
            rows = [json.loads(line) for line in open("feedback.jsonl")]
            if sys.argv[1] == "csv":
                with open("feedback.csv", "w", newline="") as file:
                    writer = csv.DictWriter(file, ["outcome", "model", "input_id"])
                    writer.writeheader()
                    writer.writerows(rows)
            else:
                import pyarrow, pyarrow.parquet
                pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), "feedback.parquet")
            """
        let written = try shell([Package.python, "-c", program, format], directory: folder.path)
        try #require(written.status == 0, "\(written)")
        let graph = try String(contentsOfFile: folder.file("graph.yaml"), encoding: .utf8)
        try folder.write("graph.yaml", graph.replacingOccurrences(of: "feedback.jsonl", with: "feedback.\(format)"))
        let result = try shop.workspace.run(["--quiet"])
        // That of the JSON Lines, in LoopTests.
        #expect(
            result.output.contains(
                "passed       online_win_rate: 0.8333 reaches 0.5, the lower bound of the teacher 'teacher'"),
            "\(result)")
        let report = try json(try shop.workspace.runFolder().path + "/reports/evaluation.json")
        #expect(report["models"]?.array?[0]["figures"]?["online_win_rate"]?["rows"]?.int == 60)
    }
}
