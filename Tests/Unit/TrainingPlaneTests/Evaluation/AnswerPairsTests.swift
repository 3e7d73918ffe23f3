import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Pairs of answers")
struct AnswerPairsTests {
    private let folder: TemporaryFolder
    private let rows = TestRows(inputIDs: ["a", "b", "c", "d", "e", "f"])
    private static let columns = [
        ShownAnswers.Column(name: "question", path: "canonical.text"),
        ShownAnswers.Column(name: "sql", path: "parse.sql"), ShownAnswers.Column(name: "rows", path: "execute.rows"),
    ]

    init() throws { folder = try TemporaryFolder() }

    private static func answers(_ sql: [String: String], rows: JSONValue = .int(1)) -> ShownAnswers {
        ShownAnswers(columns: columns, byInput: sql.mapValues { ["Q?", .string($0), rows] })
    }

    /// Of six rows both answer four, a and b alike; on e only the model answers, on f nobody.
    private var pairs: AnswerPairs {
        AnswerPairs(
            Self.answers(["a": "1", "b": "2", "c": "3", "d": "4", "e": "5"]),
            with: Self.answers(["a": "1", "b": "2", "c": "x", "d": "y"]), on: rows)
    }

    /// Writes rows as those that a run has kept; gives the run's folder.
    private func run(_ name: String, _ fields: [String], _ rows: [[JSONValue]]) throws -> String {
        let schema = Schema(try fields.map { try Field(parsing: $0) })
        let store = try ArtifactStore(runDirectory: folder.file(name), stages: [("distilled", schema)])
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        for row in rows {
            for (builder, value) in zip(builders, row) { JSONValue.append(value, to: builder) }
        }
        try store.append(
            stage: "distilled", shard: 0,
            batch: RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: rows.count))
        try store.seal(shard: 0)
        return folder.file(name)
    }

    private func judged(_ scores: [(String, Double?)]) throws -> String {
        try run(
            "judge", ["row_id: utf8", "ordinal: int64", "candidate: int64", "better: struct<score: float64?>"],
            scores.enumerated().map { index, pair in
                [
                    .string(pair.0), .int(Int64(index)), .int(0),
                    ["score": pair.1.map { JSONValue.double($0) } ?? .null],
                ]
            })
    }

    private func failure(_ body: () throws -> Void) -> String {
        do { try body() } catch let failure as Failure { return failure.message } catch { return "\(error)" }
        return ""
    }

    @Test("Answers that look the same tie, and a model without one loses, before anybody is asked")
    func unasked() throws {
        #expect(pairs.asked == 2 && pairs.same == 2 && pairs.unanswered == 2)
        let judged = try pairs.judged(by: nil, score: "better.score")
        #expect(judged.scores.rows.map(\.score) == [0.5, 0.5, nil, nil, 1, 0.5])
        let other = AnswerPairs(Self.answers([:]), with: Self.answers(["a": "1"]), on: rows)
        #expect(
            try other.judged(by: nil, score: "better.score").scores.rows.map(\.score) == [0, 0.5, 0.5, 0.5, 0.5, 0.5])
    }

    @Test("A judge is shown what it has to decide: the model's columns, and the reference's as 'other_'")
    func lines() throws {
        let path = folder.file("pairs.jsonl")
        try pairs.write(to: path) { _ in false }
        #expect(
            String(decoding: try readFile(path), as: UTF8.self) == """
                {"id":"c","question":"Q?","other_question":"Q?","sql":"3","other_sql":"x","rows":1,"other_rows":1}
                {"id":"d","question":"Q?","other_question":"Q?","sql":"4","other_sql":"y","rows":1,"other_rows":1}

                """)
    }

    @Test("A null that the judge's graph does not allow is refused, not lost on the way")
    func nulls() throws {
        let pairs = AnswerPairs(
            Self.answers(["a": "1"], rows: .null), with: Self.answers(["a": "2"]), on: TestRows(inputIDs: ["a"]))
        #expect(
            failure { try pairs.write(to: folder.file("pairs.jsonl")) { $0 == "other_rows" } }
                == "'rows' of the pair 'a' is null, and the graph over pairs does not allow it; let its source declare the "
                + "column with a '?', or reject such answers in the evaluation graph")
        try pairs.write(to: folder.file("pairs.jsonl")) { $0 == "rows" }
    }

    @Test("What the judge says is the score; what it cannot tell, and what its run has not kept, is not decided")
    func decided() throws {
        let judged = try pairs.judged(by: judged([("c", 0), ("c", 0), ("d", nil)]), score: "better.score")
        #expect(judged.scores.rows.map(\.score) == [0.5, 0.5, 0, nil, 1, 0.5])
        #expect([judged.wins, judged.ties, judged.losses, judged.undecided] == [1, 3, 1, 1])
        #expect(
            judged.json(reference: .baseline, hash: "ab") == [
                "reference": "baseline", "reference_sha256": "ab", "wins": 1, "ties": 3, "losses": 1, "undecided": 1,
                "asked": 2, "same": 2, "unanswered": 2,
            ])
        let lost = try pairs.judged(
            by: run(
                "lost", ["row_id: utf8", "ordinal: int64", "candidate: int64", "better: struct<score: float64?>"],
                [["c", 0, 0, ["score": 1]]]), score: "better.score")
        #expect(lost.scores.rows.map(\.score) == [0.5, 0.5, 1, nil, 1, 0.5])
    }

    @Test("Rows of a pair that do not agree, and scores that are none, are refused")
    func refusals() throws {
        let several = try judged([("c", 1), ("c", 0.5)])
        #expect(
            failure { _ = try pairs.judged(by: several, score: "better.score") }
                == "the rows of the pair 'c' have several values of 'better.score'; all of them have to say who wins")
        let path = try run(
            "large", ["row_id: utf8", "ordinal: int64", "candidate: int64", "better: struct<score: float64?>"],
            [["c", 0, 0, ["score": 1.5]]])
        #expect(
            failure { _ = try pairs.judged(by: path, score: "better.score") }
                == "'better.score' of the pair 'c' is not within 0 and 1: 1 is a win, 0.5 a tie, 0 a loss")
    }

    @Test("Answers are read from a run, nulls too, and their hash is that of their content")
    func shown() throws {
        let fields = [
            "input_id: utf8", "ordinal: int64", "candidate: int64", "canonical: struct<text: utf8>",
            "parse: struct<sql: utf8>", "execute: struct<rows: int64?>?",
        ]
        let path = try run(
            "model", fields,
            [
                ["b", 0, 0, ["text": "Q?"], ["sql": "2"], ["rows": 1]],
                ["a", 1, 0, ["text": "Q?"], ["sql": "1"], .null],
            ])
        let answers = try ShownAnswers(runDirectory: path, columns: Self.columns)
        #expect(answers.byInput == ["a": ["Q?", "1", .null], "b": ["Q?", "2", 1]])
        // hashlib's, of each text behind its length in eight bytes.
        #expect(answers.sha256 == "44cbb164c95d5fe5fde7d87c3506cbc243d30285f26196f1772083e4a6e7cc67")
    }
}
