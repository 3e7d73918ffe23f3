import DataPlane
import Synchronization
import Testing

@testable import ControlPlane

/// `embed` in the engine.
@Suite struct EngineEmbedTests {
    private static func run(
        _ texts: [String?], node: String = "embed: {role: r, input: text}",
        model: @escaping @Sendable (CompletionRequest, Int) -> CompletionOutcome
    ) throws -> EngineRun {
        var mark = StepSpec(id: "mark", summary: "")
        var input = ColumnSpec(Field("input", .utf8))
        input.tags = [.canonicalInput]
        (mark.reads, mark.adds) = ([ColumnSpec(Field("id", .utf8))], [input])
        let type = texts.contains { $0 == nil } ? "utf8?" : "utf8"
        let graph = """
            fastdistill: 1
            name: test
            plugins: {t: ^1.0}
            source: {files: [rows.jsonl], columns: {id: utf8, text: "\(type)"}, task_id: test}
            providers: providers.yaml
            decode: {one: {max_tokens: 8}}
            nodes:
              - {id: mark, use: t/mark}
              - {id: ids, identify: {decode: one}}
              - {id: v, \(node)}
            """
        let rows = texts.enumerated().map { index, text in
            (["id": .string("\(index)"), "text": text.map { .string($0) } ?? .null] as JSONValue).compact
        }
        return try EngineRun(
            graph: graph, rows: rows, steps: [mark], work: ["mark": { .added([["input": $0["id"] ?? ""]]) }],
            model: model)
    }

    private static func vector(_ text: String) -> CompletionOutcome {
        .reply(
            CompletionReply(
                text: text, finishReason: "stop", promptTokens: nil, completionTokens: nil, providerID: "p", model: "m")
        )
    }

    private static let length: @Sendable (CompletionRequest, Int) -> CompletionOutcome = { request, index in
        vector("[\(request.inputs?[index].utf8.count ?? -1), 0.5, -1e-3]")
    }

    @Test func eachRowGetsItsVectorAndEqualTextsAreAskedForOnce() throws {
        let asked = Mutex<[String]>([])
        let texts = (0..<50).map { "text \($0 % 20)" }
        let run = try Self.run(texts) { request, index in
            asked.withLock { $0.append(request.inputs?[index] ?? "?") }
            return Self.length(request, index)
        }
        let result = try run.start(batchRows: 50)
        #expect(result.books.run.rowsOut == 50)
        let vectors = try run.rows("distilled").map { $0["v"]?["vector"] }
        #expect(vectors == texts.map { [.double(Double($0.utf8.count)), 0.5, -0.001] })
        #expect(asked.withLock { $0 }.count == 20)
    }

    /// Unicode calls them equivalent; a model has tokens of bytes.
    @Test func textsThatOnlyUnicodeCallsTheSameAreAskedForEach() throws {
        let run = try Self.run(["Zo\u{EB}", "Zoe\u{308}"], model: Self.length)
        let result = try run.start(batchRows: 2)
        #expect(result.books.run.rowsOut == 2)
        #expect(try run.rows("distilled").map { $0["v"]?["vector"]?.array?.first } == [4, 5])
    }

    @Test func longTextsMakeSmallerRequests() throws {
        let sizes = Mutex<Set<Int>>([])
        let long = String(repeating: "x", count: 30_000)
        let run = try Self.run((0..<6).map { "\($0)" + long }) { request, index in
            sizes.withLock { _ = $0.insert(request.inputs?.count ?? 0) }
            return Self.length(request, index)
        }
        _ = try run.start(batchRows: 6)
        #expect(sizes.withLock { $0 } == [2])
    }

    @Test func rowsPassByAreRejectedOrWait() throws {
        let run = try Self.run(
            ["a", nil, "refused", "wrong"], node: "when: {text: {present: true}}, embed: {role: r, input: text}"
        ) { request, index in
            switch request.inputs?[index] {
            case "refused": .rejected(code: "context_too_long", detail: "too long")
            case "wrong": Self.vector("no vector")
            default: Self.length(request, index)
            }
        }
        let result = try run.start()
        #expect(result.books.unbalanced.isEmpty)
        #expect(try run.rows("distilled").map { $0["v"]?["vector"] } == [[1.0, 0.5, -0.001], nil])
        let rejected = try run.rows("rejected")
        #expect(rejected.map { $0["code"] } == ["context_too_long", "vector_invalid"])
        #expect(rejected.map { $0["detail"] } == ["too long", "the recorded answer is no vector"])
    }

    @Test func aProviderThatIsAwayDefersAndTheNextRunGivesTheSameBytes() throws {
        let isAway = Mutex(true)
        let run = try Self.run((0..<9).map { "text \($0)" }) { request, index in
            if isAway.withLock({ $0 }), request.inputs?[index] == "text 4" { return .deferred(reason: "away") }
            return Self.length(request, index)
        }
        let first = try run.start("a")
        #expect(first.books.run.ended[.deferred] == 1 && first.deferralReason == "away")
        isAway.withLock { $0 = false }
        #expect(try run.start("a").books.run.rowsOut == 9)
        _ = try run.start("b", seed: 7, batchRows: 2)
        #expect(try run.bytes("a") == run.bytes("b"))
    }
}
