import DataPlane
import Foundation
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct EngineTests {
    private static func column(_ field: Field, tags: [ColumnTag] = []) -> ColumnSpec {
        var spec = ColumnSpec(field)
        spec.tags = tags
        return spec
    }

    /// `clean`: trims; rejects `bad` and crashes on `crash`. `ask`: makes messages. `grade`: the text's length.
    private static let steps: [StepSpec] = {
        var clean = StepSpec(id: "clean", summary: "")
        clean.reads = [column(Field("text", .utf8))]
        clean.adds = [column(Field("text", .utf8), tags: [.canonicalInput])]
        clean.rejects = [RejectSpec(code: "bad", doc: "")]
        var ask = StepSpec(id: "ask", summary: "")
        ask.reads = [column(Field("text", .utf8))]
        ask.adds = [column(Field("messages", .messages), tags: [.messages])]
        var grade = StepSpec(id: "grade", summary: "")
        grade.reads = [column(Field("text", .utf8))]
        grade.adds = [column(Field("n", .int64)), column(Field("verdict", .utf8), tags: [.verdict])]
        var split = StepSpec(id: "split", summary: "")
        split.cardinality = .many
        split.reads = [column(Field("text", .utf8))]
        split.adds = [column(Field("word", .utf8))]
        return [clean, ask, grade, split]
    }()

    private static let work: [String: @Sendable (EngineRun.Row) -> EngineRun.Answer] = [
        "clean": { row in
            let text = row["text"]?.string ?? ""
            if text == "bad" { return .rejected("bad") }
            if text == "crash" { return .crashed }
            return .added([["text": .string(text.trimmingCharacters(in: .whitespaces))]])
        },
        "ask": { row in
            .added([["messages": [["role": "user", "content": row["text"] ?? ""]]]])
        },
        "grade": { row in
            let text = row["text"]?.string ?? ""
            return .added([["n": .int(Int64(text.utf8.count)), "verdict": text.contains("!") ? "ok" : "wrong"]])
        },
        "split": { row in
            .added((row["text"]?.string ?? "").split(separator: " ").map { ["word": .string(String($0))] })
        },
    ]

    private static func graph(_ nodes: String, shardRows: Int = 10) -> String {
        """
        fastdistill: 1
        name: test
        plugins: {t: ^1.0}
        source:
          files: [rows.jsonl]
          columns: {question: utf8}
          task_id: test
        providers: providers.yaml
        shard_rows: \(shardRows)
        decode:
          two: {n: 2, max_tokens: 8}
          one: {n: 1, max_tokens: 8}
        nodes:
          - id: clean
            use: t/clean
            in: {text: question}
          - id: ids
            identify: {decode: two}
          - id: ask
            use: t/ask
            in: {text: clean.text}
        \(nodes)
        """
    }

    private static func questions(_ texts: [String]) -> [String] {
        texts.map { (["question": .string($0)] as JSONValue).compact }
    }

    /// Answers `<question><candidate>`, with `!` behind even candidates.
    private static let echo: @Sendable (CompletionRequest, Int) -> CompletionOutcome = { request, candidate in
        let question = request.messages.array?.last?["content"]?.string ?? ""
        if question.contains("later") { return .deferred(reason: "the provider is away") }
        if question.contains("refuse"), candidate == 0 { return .rejected(code: "content_filtered", detail: "no") }
        return .reply(
            CompletionReply(
                text: question + "\(candidate)" + (candidate % 2 == 0 ? "!" : ""), finishReason: "stop",
                promptTokens: 1,
                completionTokens: 2, providerID: "p", model: "m"))
    }

    private static let teacher = """
          - id: teacher
            complete: {role: teacher, decode: two}
            artifact: candidates
          - id: grade
            use: t/grade
            in: {text: teacher.text}
        """

    @Test func everyRowEndsOnceAndTheBooksBalance() throws {
        let run = try EngineRun(
            graph: Self.graph(
                Self.teacher + """

                      - id: wrong
                        reject: {when: {grade.verdict: {equals: wrong}}, code: wrong, evidence: [grade.n], hard: true}
                    """),
            rows: Self.questions(["a", "bad", "a ", "refuse", "later", "crash", "b"]) + ["{"], steps: Self.steps,
            work: Self.work, model: Self.echo)
        let result = try run.start()
        let books = result.books
        #expect(books.unbalanced.isEmpty)
        #expect(books.run.rowsIn == 8)
        #expect(books.run.rowsOut == 2)
        #expect(books.run.ended == [.duplicate: 1, .deferred: 1, .rejected: 4])
        // "refuse" lost candidate 0 to the filter and candidate 1 to the later node: the later one counts.
        #expect(books.run.codes == ["bad": 1, "plugin_crashed": 1, "malformed_row": 1, "wrong": 1])
        #expect(result.deferralReason == "the provider is away")
        #expect(try run.rows("distilled").isEmpty, "a shard with a deferred row is not sealed")
        #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder + "/run/spool") == [])
    }

    @Test func sealedStagesHoldEveryRowWithItsReason() throws {
        let run = try EngineRun(
            graph: Self.graph(
                Self.teacher + """

                      - id: wrong
                        reject: {when: {grade.verdict: {equals: wrong}}, code: wrong, evidence: [grade.n], hard: true}
                    """),
            rows: Self.questions(["a", "bad", "a "]), steps: Self.steps, work: Self.work, model: Self.echo)
        _ = try run.start()
        #expect(try run.rows("raw").count == 3)
        #expect(try run.rows("candidates").map { $0["teacher"]?["text"]?.string } == ["a0!", "a1"])
        #expect(try run.rows("distilled").map { $0["candidate"]?.int } == [0])
        let rejected = try run.rows("rejected")
        #expect(rejected.map { $0["outcome"]?.string } == ["rejected", "rejected", "duplicate"])
        #expect(rejected.map { $0["node"]?.string } == ["wrong", "clean", "ids"])
        #expect(rejected[0]["evidence"]?.string == #"{"grade.n":2}"#)
        #expect(rejected[1]["plugin_version"]?.string == "1.0.0")
        #expect(rejected[2]["duplicate_of"]?.string == rejected[0]["input_id"]?.string)
        let hard = try run.rows("hard_samples")
        #expect(hard.map { $0["question"]?.string } == ["a"])
        #expect(hard.first?["hard"]?["code"]?.string == "wrong")
    }

    @Test func resultsDoNotDependOnBatchesOrTheOrderOfAnswers() throws {
        let run = try EngineRun(
            graph: Self.graph(
                Self.teacher + """

                      - id: best
                        select: {per: sample, order: [{column: grade.n, direction: descending}], keep: 1}
                    """, shardRows: 7),
            rows: Self.questions((0..<60).map { "question \($0 % 41)" }), steps: Self.steps, work: Self.work,
            model: Self.echo)
        _ = try run.start("first", seed: 1, batchRows: 4)
        let expected = try run.bytes("first")
        #expect(expected.count > 9 * 10)
        for seed in UInt64(2)...6 {
            _ = try run.start("run-\(seed)", seed: seed, batchRows: Int(seed) * 3)
            #expect(try run.bytes("run-\(seed)") == expected, "seed \(seed)")
        }
    }

    @Test func aResumedRunKeepsSealedShardsAndKnowsTheirInputs() throws {
        let isAway = Mutex(true)
        let asked = Mutex<[String]>([])
        let run = try EngineRun(
            graph: Self.graph(Self.teacher, shardRows: 3),
            rows: Self.questions(["a", "b", "c", "d", "e", "f", "a", "g"]), steps: Self.steps, work: Self.work
        ) { request, candidate in
            let question = request.messages.array?.last?["content"]?.string ?? ""
            asked.withLock { $0.append(question) }
            if isAway.withLock({ $0 }), question == "e" { return .deferred(reason: "away") }
            return Self.echo(request, candidate)
        }
        let first = try run.start()
        #expect(first.books.run.ended == [.deferred: 1, .duplicate: 1])
        #expect(try run.rows("distilled").count == 8, "shards 0 and 2 are sealed")
        isAway.withLock { $0 = false }
        asked.withLock { $0 = [] }
        let second = try run.start()
        #expect(Set(asked.withLock { $0 }) == ["d", "e", "f"], "only the open shard is asked again")
        #expect(second.books.run.rowsOut == 7)
        #expect(second.books.run.ended == [.duplicate: 1])
        #expect(second.books.unbalanced.isEmpty)
    }

    @Test func aJournalledCrashIsNotTriedAgain() throws {
        let isFixed = Mutex(false)
        var work = Self.work
        work["clean"] = { row in
            isFixed.withLock { $0 } ? .added([["text": row["text"] ?? ""]]) : Self.work["clean"]?(row) ?? .crashed
        }
        let run = try EngineRun(
            graph: Self.graph(Self.teacher), rows: Self.questions(["crash", "later"]), steps: Self.steps, work: work,
            model: Self.echo)
        #expect(try run.start().books.run.codes == ["plugin_crashed": 1])
        isFixed.withLock { $0 = true }
        #expect(try run.start().books.run.codes == ["plugin_crashed": 1])
    }

    @Test func rowsThatFailAWhenPassByWithNulls() throws {
        let run = try EngineRun(
            graph: Self.graph(
                """
                  - id: teacher
                    complete: {role: teacher, decode: two}
                    when: {clean.text: {equals: ask}}
                  - id: grade
                    use: t/grade
                    in: {text: teacher.text}
                    when: {teacher.text: {present: true}}
                """),
            rows: Self.questions(["ask", "skip"]), steps: Self.steps, work: Self.work, model: Self.echo)
        let result = try run.start()
        #expect(result.books.run.rowsOut == 2)
        let rows = try run.rows("distilled")
        #expect(rows.map { $0["candidate"]?.int } == [0, 1, 0])
        #expect(rows.map { $0["grade"]?["n"]?.int } == [5, 4, nil])
        #expect(rows[2]["teacher"] == .null)
    }

    @Test func aStepOfCardinalityManyNumbersItsRowsWithinTheSample() throws {
        let run = try EngineRun(
            graph: Self.graph(
                Self.teacher + """

                      - id: split
                        use: t/split
                        in: {text: teacher.text}
                    """),
            rows: Self.questions(["x y", "z"]), steps: Self.steps, work: Self.work, model: Self.echo)
        _ = try run.start()
        let rows = try run.rows("distilled")
        #expect(rows.map { $0["split"]?["word"]?.string } == ["x", "y0!", "x", "y1", "z0!", "z1"])
        #expect(rows.map { $0["candidate"]?.int } == [0, 1, 2, 3, 0, 1])
    }

    @Test func waysThatForkAndMeetGiveOneSample() throws {
        let run = try EngineRun(
            graph: Self.graph(
                """
                  - id: first
                    complete: {role: teacher, decode: one}
                  - id: second
                    from: ask
                    complete: {role: teacher, decode: two}
                  - id: none
                    reject: {when: {clean.text: {equals: gone}}, code: gone}
                  - id: all
                    from: [first, none]
                    use: t/grade
                    in: {text: clean.text}
                """),
            rows: Self.questions(["a", "gone", "b"]), steps: Self.steps, work: Self.work, model: Self.echo)
        let result = try run.start()
        #expect(result.books.unbalanced.isEmpty)
        #expect(result.books.run.rowsOut == 3, "the sample 'gone' still came along the other way")
        let rows = try run.rows("distilled")
        #expect(rows.map { $0["ordinal"]?.int } == [0, 0, 0, 1, 2, 2, 2])
        #expect(rows.map { $0["candidate"]?.int } == [0, 1, 2, 0, 0, 1, 2])
        #expect(rows.first?["first"] == nil, "only common columns are left")
    }

    @Test func aRefusedCandidateKeepsItsNumberAndTheOthersGoOn() throws {
        let run = try EngineRun(
            graph: Self.graph(Self.teacher), rows: Self.questions(["refuse"]), steps: Self.steps, work: Self.work,
            model: Self.echo)
        _ = try run.start()
        #expect(try run.rows("distilled").map { $0["candidate"]?.int } == [1])
        let rejected = try run.rows("rejected")
        #expect(rejected.map { $0["candidate"]?.int } == [0])
        #expect(rejected.map { $0["code"]?.string } == ["content_filtered"])
    }

    @Test func whatIsNotANumberIsSelectedLast() throws {
        var steps = Self.steps
        steps[2].adds.append(Self.column(Field("mark", .float64)))
        var work = Self.work
        work["grade"] = { row in
            let isFirst = row["text"]?.string?.contains("0") == true
            return .added([["n": 1, "verdict": "ok", "mark": .double(isFirst ? .nan : -5)]])
        }
        let run = try EngineRun(
            graph: Self.graph(
                Self.teacher + """

                      - id: best
                        select: {per: sample, order: [{column: grade.mark, direction: descending}], keep: 1}
                    """),
            rows: Self.questions(["a"]), steps: steps, work: work, model: Self.echo)
        _ = try run.start()
        #expect(try run.rows("distilled").map { $0["candidate"]?.int } == [1])
    }

    @Test func batchesOfLongRowsStaySmall() throws {
        let long = String(repeating: "long ", count: 100_000)
        let rowsPerCall = Mutex<[Int]>([])
        let run = try EngineRun(
            graph: Self.graph(Self.teacher), rows: Self.questions((0..<80).map { "\($0)" }), steps: Self.steps,
            work: Self.work
        ) { _, _ in
            .reply(
                CompletionReply(
                    text: long, finishReason: "stop", promptTokens: 1, completionTokens: 2, providerID: "p", model: "m")
            )
        }
        run.onBatch = { step, rows in if step == "grade" { rowsPerCall.withLock { $0.append(rows) } } }
        _ = try run.start(batchRows: 1000)
        // 8 MiB a batch, 500 KB a row and a sample of two rows more than fits.
        #expect(try #require(rowsPerCall.withLock { $0.max() }) <= 18)
    }
}
