import DataPlane
import Foundation
import Synchronization
import Testing

@testable import InferencePlane

@Suite(.timeLimit(.minutes(1)))
struct GatewayAnswerTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func gateway(_ config: ProviderConfig) throws -> Gateway {
        try Gateway(config, replyStorePath: scratch.store, events: events)
    }

    @Test func oneRequestAnswersAllCandidates() async throws {
        let server = try TestServer { request, choice in "\(request.question) \(choice)" }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let outcomes = await gateway.ask(question("a", candidates: 3))
        #expect(outcomes.map(\.line) == ["reply: a 0", "reply: a 1", "reply: a 2"])
        #expect(server.requests.count == 1)
        #expect(outcomes[0].reply?.promptTokens == 37)
        #expect(outcomes[0].reply?.completionTokens == 4)
        #expect(outcomes[0].reply?.providerID == "t")
        #expect(outcomes[0].reply?.model == "test-model")
        let event = try #require(events.all("request").first)
        #expect(event["role"] == "teacher" && event["provider"] == "t" && event["model"] == "test-model")
        #expect(
            event["node"] == "teacher" && event["candidates"] == 3 && event["status"] == 200 && event["attempt"] == 1)
        #expect(event["prompt_tokens"] == 37 && event["completion_tokens"] == 12)
        #expect(event["cached"] == false && event["replayed"] == false)
        let (start, end) = try (#require(event["start_us"]?.int), #require(event["end_us"]?.int))
        #expect(0 <= start && start <= end)
    }

    @Test func theBodyIsPlainOpenAIAndTheTraceStandsInHeaders() async throws {
        let server = try TestServer { _, _ in "x" }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        _ = await gateway.ask(
            question(
                "how many?", candidates: 2,
                parameters: ["temperature": 0.5, "max_tokens": 9, "stop": [";"], "seed": 7, "n": 99, "stream": true],
                constraints: ["json_schema": ["type": "object", "properties": ["z": [:], "a": [:]]], "tools": []]))
        let request = try #require(server.requests.first)
        #expect(request.path == "/v1/chat/completions")
        #expect(
            request.body
                == #"{"model":"test-model","messages":[{"content":"how many?","role":"user"}],"temperature":0.5,"#
                + #""max_tokens":9,"seed":7,"n":2,"response_format":{"type":"json_schema","json_schema":{"name":"answer","#
                + #""strict":true,"schema":{"type":"object","properties":{"z":{},"a":{}}}}},"tools":[],"stop":[";"]}"#)
        #expect(request.headers["x-fastdistill-run"] == "run-1")
        #expect(request.headers["x-fastdistill-sample"] == "sample-how many?")
        #expect(request.headers["x-fastdistill-shard"] == "3")
        #expect(request.headers["x-fastdistill-provider"] == "t")
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["authorization"] == nil)
        #expect(request.headers["expect"] == nil)
    }

    @Test func aHeaderCannotBeSplitByAnID() async throws {
        let server = try TestServer { _, _ in "x" }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        _ = await gateway.ask(question("a", sample: "1\r\nX-Evil: 1é"))
        #expect(server.requests.first?.headers["x-fastdistill-sample"] == "1??X-Evil: 1??")
        #expect(server.requests.first?.headers["x-evil"] == nil)
    }

    @Test func missingChoicesAreAskedForAgainWithAnotherSeed() async throws {
        // Gives two choices at most, as servers with a limit on n do.
        let server = try TestServer { request in
            .respond(200, chatBody((0..<min(2, request.count)).map { "\(request.json["seed"]?.int ?? -1)+\($0)" }))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let outcomes = await gateway.ask(question("a", candidates: 5, parameters: ["seed": 10]))
        #expect(outcomes.map(\.line) == ["10+0", "10+1", "12+0", "12+1", "14+0"].map { "reply: " + $0 })
        #expect(server.requests.map(\.count) == [5, 3, 1])
        #expect(server.requests.map { $0.json["n"]?.int } == [5, 3, nil])
    }

    @Test func aLaterRoundHasItsOwnRepliesAndSeeds() async throws {
        let server = try TestServer { request, _ in "\(request.json["seed"]?.int ?? -1)" }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let first = await gateway.ask(question("a", candidates: 2, parameters: ["seed": 10]))
        let second = await gateway.ask(question("a", candidates: 2, round: 1, parameters: ["seed": 10]))
        #expect(first.map(\.line) == ["reply: 10", "reply: 10"])
        #expect(second.map(\.line) == ["reply: 12", "reply: 12"])
    }

    @Test func aSecondGatewayOnTheSameStoreAsksNothing() async throws {
        let server = try TestServer { request, choice in "\(request.question) \(choice)" }
        defer { server.close() }
        let config = try scratch.config(url: server.url)
        let first = try gateway(config)
        let before = await first.ask(question("a", candidates: 2))
        first.shutdown(drainSeconds: 0)
        let second = try gateway(config)
        let after = await second.ask(question("a", candidates: 2))
        #expect(before.map(\.reply) == after.map(\.reply))
        #expect(server.requests.count == 1)
        #expect(
            events.all("reply_cached")
                == [["role": "teacher", "provider": "t", "node": "teacher", "sample_id": "sample-a", "candidates": 2]])
    }

    @Test func moreCandidatesAskOnlyForTheNewOnes() async throws {
        let server = try TestServer { request, choice in "request \(request.number) choice \(choice)" }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        _ = await gateway.ask(question("a", candidates: 2))
        let outcomes = await gateway.ask(question("a", candidates: 4))
        #expect(
            outcomes.map(\.line) == [
                "reply: request 1 choice 0", "reply: request 1 choice 1", "reply: request 2 choice 0",
                "reply: request 2 choice 1",
            ])
        #expect(server.requests.map(\.count) == [2, 2])
    }

    @Test func aReplyIsRecordedBeforeItIsUsed() async throws {
        let server = try TestServer { request, choice in "\(request.question) \(choice)" }
        defer { server.close() }
        let config = try scratch.config(url: server.url)
        let gateway = try gateway(config)
        let request = question("a", candidates: 2)
        let path = scratch.store
        let seen: [String?] = await withCheckedContinuation { continuation in
            gateway.submit(request) { _ in
                // Another connection, as another process would open it, while the callback runs.
                let texts = (0..<2).map { candidate -> String? in
                    let key = ReplyKey(
                        providerID: "t", model: "test-model", revision: "r1", question: CanonicalQuestion(request),
                        candidate: candidate, round: 0)
                    guard case .reply(let reply) = try? ReplyStore(path: path).find(key)?.answer.content else {
                        return nil
                    }
                    return reply.text
                }
                continuation.resume(returning: texts)
            }
        }
        #expect(seen == ["a 0", "a 1"])
    }

    @Test func aCompletionMaySubmit() async throws {
        let server = try TestServer { request, _ in request.question }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let line: String = await withCheckedContinuation { continuation in
            gateway.submit(question("a")) { first in
                gateway.submit(question("b")) { second in
                    continuation.resume(returning: first[0].line + ", " + second[0].line)
                }
            }
        }
        #expect(line == "reply: a, reply: b")
    }

    @Test func noMoreRequestsAreUnderWayThanAllowed() async throws {
        let underWay = Mutex((now: 0, most: 0))
        let server = try TestServer { request in
            underWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            usleep(2000)
            underWay.withLock { $0.now -= 1 }
            return .respond(200, chatBody([request.question]))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 3"))
        #expect(gateway.admission(role: "teacher") == 6)
        let lines = await withTaskGroup(of: String.self) { group in
            for index in 0..<60 { group.addTask { await gateway.ask(question("\(index)"))[0].line } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(lines == Set((0..<60).map { "reply: \($0)" }))
        #expect(underWay.withLock { $0.most } <= 3)
    }

    @Test func toolCallsLogprobsAndOddTextsAreKept() async throws {
        let body = """
            {"choices": [
              {"index": 1, "finish_reason": "tool_calls", "message": {"content": null,
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}},
              {"index": 0, "finish_reason": "stop", "message": {"content": [{"type": "text", "text": "naïve "},
                {"type": "text", "text": "\\u0000 😀"}]},
                "logprobs": {"content": [{"token": "na", "logprob": -1.5}]}}],
             "usage": {"prompt_tokens": 3, "completion_tokens": 5}}
            """
        let server = try TestServer { _ in .respond(200, body) }
        defer { server.close() }
        let config = try scratch.config(url: server.url)
        let first = try gateway(config)
        let fresh = await first.ask(question("a", candidates: 2)).map(\.reply)
        let recorded = await first.ask(question("a", candidates: 2)).map(\.reply)
        #expect(fresh[0]?.text == "naïve \u{0} 😀")
        #expect(fresh[0]?.logprobs == #"{"content":[{"token":"na","logprob":-1.5}]}"#)
        #expect(fresh[1]?.text == "" && fresh[1]?.finishReason == "tool_calls")
        #expect(
            fresh[1]?.toolCalls == #"[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]"#)
        #expect(recorded == fresh)
        #expect(server.requests.count == 1)
    }

    /// Each is what some server writes, and none is JSON.
    @Test func answersThatOnlyASlipKeepsFromBeingJSONAreRead() async throws {
        let bodies: [String: [UInt8]] = [
            "half a pair": Array(
                #"{"choices": [{"message": {"content": "a\ud83d\ude00 b\ud83d"}, "finish_reason": "length"}]}"#.utf8),
            "the other half": Array(#"{"choices": [{"message": {"content": "\\ud83d \ude00 \uD83D\u0041"}}]}"#.utf8),
            "half a character": Array(#"{"choices": [{"message": {"content": "Zo"#.utf8) + [0xC3]
                + Array(#""}}]}"#.utf8),
            "no number": Array(
                #"{"choices": [{"message": {"content": "\"NaN, -Infinity\""}, "logprobs": {"content": [{"token": "a", "logprob": -Infinity}, {"token": "b", "logprob": NaN}]}}]}"#
                    .utf8),
        ]
        let server = try TestServer { request in .bytes(bodies[request.question] ?? []) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        #expect(await gateway.ask(question("half a pair"))[0].reply?.text == "a😀 b\u{FFFD}")
        #expect(await gateway.ask(question("the other half"))[0].reply?.text == "\\ud83d \u{FFFD} \u{FFFD}A")
        #expect(await gateway.ask(question("half a character"))[0].reply?.text == "Zo\u{FFFD}")
        let reply = await gateway.ask(question("no number"))[0].reply
        #expect(reply?.text == #""NaN, -Infinity""#)
        #expect(reply?.logprobs == #"{"content":[{"token":"a","logprob":null},{"token":"b","logprob":null}]}"#)
        #expect(server.requests.count == 4)
    }

    @Test func theKeyGoesToTheHeaderAndNowhereElse() async throws {
        let key = "sk-very-secret-1234567890"
        let server = try TestServer { request in
            // A provider that quotes the key back, in an answer's error and in a refusal.
            request.question == "ok"
                ? .respond(200, chatBody(["fine"]))
                : .respond(request.question == "row" ? 400 : 401, #"{"error": {"message": "bad key \#(key) here"}}"#)
        }
        defer { server.close() }
        _ = try scratch.write("key.txt", key + "\n")
        let config = try scratch.config(url: server.url, extra: "api_key: {file: key.txt}")
        let gateway = try gateway(config)
        #expect(await gateway.ask(question("ok"))[0].line == "reply: fine")
        #expect(server.requests[0].headers["authorization"] == "Bearer \(key)")
        let rejected = await gateway.ask(question("row"))[0].line
        #expect(rejected == "rejected request_rejected: HTTP 400: bad key *** here")
        let deferred = await gateway.ask(question("all"))[0].line
        #expect(
            deferred == "deferred: provider 't' refused the key; check the secret named in api_key "
                + "(HTTP 401: bad key *** here)")
        gateway.shutdown(drainSeconds: 1)
        #expect(!events.text.contains(key))
        for file in try FileManager.default.contentsOfDirectory(atPath: scratch.path) where file.hasPrefix("replies") {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + file))
            #expect(bytes.range(of: Data(key.utf8)) == nil, "the key stands in \(file)")
        }
        #expect(!String(reflecting: Secret(key)).contains(key))
    }

    /// Whatever a server puts into its answers goes to artifacts and summaries.
    @Test(arguments: ["sk-very-secret-1234567890", #"se"c\ret/1234"#])
    func theKeyIsTakenOutOfAnswers(key: String) async throws {
        let server = try TestServer { request in
            .respond(200, chatBody(["it is \(key), again \(key)."], model: "Bearer \(key)"))
        }
        defer { server.close() }
        _ = try scratch.write("key.txt", key)
        let gateway = try gateway(scratch.config(url: server.url, extra: "api_key: {file: key.txt}"))
        #expect(await gateway.ask(question("ok"))[0].line == "reply: it is ***, again ***.")
        gateway.shutdown(drainSeconds: 1)
        #expect(!events.text.contains(key))
    }

    /// As a JSON library may escape it that escapes what need not be.
    @Test func aKeyIsKnownInEveryEscapeAndAWordIsNoKey() {
        let secret = Secret("sk-1234/5678")
        #expect(
            secret.removed(fromAnswer: Array(#"["sk-1234\/5678", "sk-1234/5678", "sk-1234"]"#.utf8))
                == Array(#"["***", "***", "sk-1234"]"#.utf8))
        let answer = Array(#"{"content": "EMPTY"}"#.utf8)
        #expect(Secret("EMPTY").removed(fromAnswer: answer) == answer)
        #expect(Secret("sk-1234/5678").removed(fromAnswer: []).isEmpty)
    }

    @Test func eventsHoldNoTextOfSampleOrReply() async throws {
        let server = try TestServer { _, _ in "REPLYTEXT" }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        _ = await gateway.ask(question("PROMPTTEXT", sample: "s1"))
        _ = await gateway.ask(question("PROMPTTEXT", sample: "s1"))
        #expect(events.all("request").count == 1 && events.all("reply_cached").count == 1)
        #expect(!events.text.contains("PROMPTTEXT") && !events.text.contains("REPLYTEXT"))
    }
}
