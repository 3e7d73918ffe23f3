import Blocking
import DataPlane
import Foundation
import Testing

@testable import InferencePlane

/// Vectors go the way of answers: recorded, budgeted, deferred, rejected.
@Suite(.timeLimit(.minutes(1)))
struct GatewayEmbedTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func gateway(_ config: ProviderConfig) throws -> Gateway {
        try Gateway(config, replyStorePath: scratch.store, events: events)
    }

    private func texts(_ inputs: [String], role: String = "teacher") -> CompletionRequest {
        CompletionRequest(
            embedding: inputs, role: role, trace: .init(runID: "run-1", node: "v", sampleID: "s", shard: 0))
    }

    /// The vector of a text is its length; what is longer than ten letters is too long.
    private static func respond(_ request: TestServer.Request, tokens: Int64? = 4) -> TestServer.Action {
        let inputs = (request.json["input"]?.array ?? []).compactMap(\.string)
        if inputs.contains(where: { $0.utf8.count > 10 }) {
            return .respond(400, #"{"error":{"code":400,"message":"too large","type":"exceed_context_size_error"}}"#)
        }
        let data = inputs.enumerated().map { index, text -> JSONValue in
            ["index": .int(Int64(index)), "embedding": [.double(Double(text.utf8.count) + 0.25), -1]]
        }
        let usage: JSONValue = tokens.map { ["prompt_tokens": .int($0)] } ?? .null
        return .respond(
            200, (["data": .array(data.reversed()), "model": "test-model", "usage": usage] as JSONValue).compact)
    }

    @Test func severalTextsGoInOneRequestAndTheIndexSaysWhatIsWhose() async throws {
        let server = try TestServer { Self.respond($0) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let outcomes = await gateway.ask(texts(["a", "bb", "ccc"]))
        #expect(outcomes.map(\.line) == ["reply: [1.25,-1]", "reply: [2.25,-1]", "reply: [3.25,-1]"])
        #expect(server.requests.map(\.path) == ["/v1/embeddings"])
        #expect(server.requests[0].body == #"{"model":"test-model","input":["a","bb","ccc"]}"#)
        let event = try #require(events.all("request").first)
        #expect(event["prompt_tokens"] == 4 && event["completion_tokens"] == 0 && event["candidates"] == 3)
    }

    @Test func whatIsRecordedIsNotAskedForAgainInWhateverCompany() async throws {
        let server = try TestServer { Self.respond($0) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        _ = await gateway.ask(texts(["a", "bb"]))
        let again = await gateway.ask(texts(["bb", "dddd", "a"]))
        #expect(again.map(\.line) == ["reply: [2.25,-1]", "reply: [4.25,-1]", "reply: [1.25,-1]"])
        #expect(server.requests.map { $0.json["input"] } == [["a", "bb"], ["dddd"]])
        gateway.shutdown(drainSeconds: 1)
        try exportReplies(store: scratch.store, to: scratch.path + "/replies.jsonl")
        let offline = try scratch.config(
            """
            fastdistill: 1
            providers: [{id: r, kind: replay, file: replies.jsonl, model: test-model, revision: r1}]
            roles: {teacher: [{provider: r}]}
            """)
        let replay = try Gateway(offline, replyStorePath: scratch.store + ".none", events: events)
        let lines = await replay.ask(texts(["dddd", "x", "bb"])).map(\.line)
        #expect(lines[0] == "reply: [4.25,-1]" && lines[2] == "reply: [2.25,-1]")
        #expect(lines[1].hasPrefix("rejected not_recorded: "))
    }

    /// A refusal says nothing of which text is at fault: it is found by halves.
    @Test func theTextAtFaultIsFoundByHalves() async throws {
        let server = try TestServer { Self.respond($0) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let inputs = (0..<16).map { $0 == 11 ? "much too long" : "text \($0)" }
        let outcomes = await gateway.ask(texts(inputs)).map(\.line)
        #expect(outcomes.indices.filter { outcomes[$0].hasPrefix("rejected context_too_long") } == [11])
        #expect(server.requests.map { $0.json["input"]?.array?.count } == [16, 8, 8, 4, 2, 2, 1, 1, 4])
    }

    /// Some servers take only so many texts at once.
    @Test func smallerRequestsStaySmall() async throws {
        let server = try TestServer { request in
            (request.json["input"]?.array?.count ?? 0) > 4
                ? .respond(422, #"{"error": "batch size > maximum allowed batch size 4"}"#) : Self.respond(request)
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let outcomes = await gateway.ask(texts((0..<16).map { "text \($0)" }))
        #expect(outcomes.allSatisfy { $0.reply != nil })
        #expect(server.requests.map { $0.json["input"]?.array?.count } == [16, 8, 4, 4, 4, 4])
    }

    @Test func oneTextThatIsRefusedCostsTheOthersNothing() async throws {
        let server = try TestServer { Self.respond($0) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let outcomes = await gateway.ask(texts(["a", "much too long", "ccc"]))
        #expect(
            outcomes.map(\.line) == [
                "reply: [1.25,-1]", "rejected context_too_long: HTTP 400: too large", "reply: [3.25,-1]",
            ])
        #expect(server.requests.count == 4)
    }

    @Test(arguments: [
        #"{"data": []}"#, #"{"data": [{"index": 0, "embedding": [1]}]}"#,
        #"{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}"#,
        #"{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": ["x"]}]}"#,
        #"{"data": [{"index": 0, "embedding": [1]}, {"index": 7, "embedding": [1]}]}"#,
        #"{"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": [1]}]}"#,
    ])
    func aResponseWithoutAVectorForEachIsTriedAgain(body: String) async throws {
        let server = try TestServer { $0.number == 1 ? .respond(200, body) : Self.respond($0) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        #expect(await gateway.ask(texts(["a", "bb"])).map(\.line) == ["reply: [1.25,-1]", "reply: [2.25,-1]"])
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        (501, "This server does not support embeddings"), (400, "Pooling type 'none' is not OAI compatible"),
    ])
    func aServerWithoutEmbeddingsDefers(status: Int, words: String) async throws {
        let server = try TestServer { _ in
            .respond(
                status, #"{"error":{"code":\#(status),"message":"\#(words)","type":"invalid_request_error"}}"#)
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        #expect(
            await gateway.ask(texts(["a"]))[0].line
                == "deferred: provider 't' does not answer such requests there; check its url "
                + "(HTTP \(status): \(words))")
    }

    @Test func equalRequestsAreAskedOnce() async throws {
        let server = try TestServer { Self.respond($0) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let streams = (0..<5).map { _ in gateway.start(texts(["a", "bb"])) }
        for stream in streams { #expect(await stream.line == "reply: [1.25,-1]") }
        #expect(server.requests.count == 1)
    }

    /// Bytes of the texts and 64 tokens each bound what a request can cost; what the server says is charged.
    @Test func aBudgetHolds() async throws {
        let server = try TestServer { Self.respond($0) }
        defer { server.close() }
        var config = try scratch.config(url: server.url)
        config.budgets = ["teacher": Budget(tokens: 135)]
        let gateway = try gateway(config)
        #expect(await gateway.ask(texts(["a", "bb"])).map(\.line) == ["reply: [1.25,-1]", "reply: [2.25,-1]"])
        #expect(await gateway.ask(texts(["c", "dd"])).map(\.line) == ["reply: [1.25,-1]", "reply: [2.25,-1]"])
        let third = await gateway.ask(texts(["e", "ff"]))[0].line
        #expect(
            third.hasPrefix("deferred: the budget of role 'teacher' does not allow another request (8 of 135 tokens)"))
        #expect(server.requests.count == 2)
    }

    @Test func withoutUsageTheWorstIsCharged() async throws {
        let server = try TestServer { Self.respond($0, tokens: nil) }
        defer { server.close() }
        var config = try scratch.config(url: server.url)
        config.budgets = ["teacher": Budget(tokens: 131)]
        let gateway = try gateway(config)
        _ = await gateway.ask(texts(["a", "bb"]))
        let second = await gateway.ask(texts(["c"]))[0].line
        #expect(
            second.hasPrefix(
                "deferred: the budget of role 'teacher' does not allow another request (131 of 131 tokens)"))
    }

    /// Vectors of two models have nothing to do with each other.
    @Test func onlyAProviderOfTheSameModelTakesOver() async throws {
        let server = try TestServer { request in
            request.headers["x-fastdistill-provider"] == "c" ? Self.respond(request) : .respond(401, "{}")
        }
        defer { server.close() }
        let config = try scratch.config(
            """
            fastdistill: 1
            providers:
              - {id: a, kind: openai, url: '\(server.url)', model: m}
              - {id: b, kind: openai, url: '\(server.url)', model: other}
              - {id: c, kind: openai, url: '\(server.url)', model: m}
            roles:
              teacher: [{provider: a}, {provider: b, weight: 9}, {provider: c, weight: 0}]
            """)
        let gateway = try gateway(config)
        let outcome = await gateway.ask(texts(["a"]))[0]
        #expect(outcome.reply?.providerID == "c" && outcome.line == "reply: [1.25,-1]")
        #expect(server.requests.map { $0.headers["x-fastdistill-provider"] } == ["a", "c"])
    }

    @Test(.blocking) func pythonGivesTheSameKey() throws {
        let script = """
            import hashlib
            h = hashlib.sha256(b"fastdistill.embedding.v1\\n")
            for field in ("p", "m", "r", "n\\u00e4he"):
                data = field.encode()
                h.update(len(data).to_bytes(8, "little") + data)
            print(h.hexdigest())
            """
        let key = ReplyKey(providerID: "p", model: "m", revision: "r", embedding: "nähe")
        #expect(try python(script) == key.hexadecimal + "\n")
    }
}
