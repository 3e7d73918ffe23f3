import DataPlane
import Foundation
import Synchronization
import Testing

@testable import InferencePlane

/// Requests are made to fit what a probe has found.
@Suite(.timeLimit(.minutes(1)))
struct ShapingTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func gateway(_ url: String, _ change: (inout Capabilities) -> Void) throws -> Gateway {
        var config = try scratch.config(url: url)
        var capabilities = Capabilities()
        change(&capabilities)
        config.providers[0].capabilities = capabilities
        return try Gateway(config, replyStorePath: scratch.store, events: events)
    }

    @Test(arguments: [Capabilities.Support.ignored, .refused])
    func withoutNEachCandidateGetsARequestAndASeedOfItsOwn(_ support: Capabilities.Support) async throws {
        let server = try TestServer { request, _ in "\(request.json["seed"]?.int ?? -1)" }
        defer { server.close() }
        let gateway = try gateway(server.url) { $0.choices = support }
        let outcomes = await gateway.ask(question("a", candidates: 3, parameters: ["max_tokens": 4, "seed": 10]))
        #expect(outcomes.map(\.line) == ["reply: 10", "reply: 11", "reply: 12"])
        #expect(server.requests.map { $0.json["n"] } == [nil, nil, nil])
        #expect(events.all("request").map { $0["shaped"] } == [["n"], ["n"], nil])
        #expect(events.all("request").map { $0["candidates"]?.int } == [1, 1, 1])
        #expect(server.requests.map { $0.headers["x-fastdistill-shaped"] } == ["n", "n", nil])
    }

    @Test func whatIsSupportedOrUnknownIsSentAsItIs() async throws {
        let server = try TestServer { _, _ in "x" }
        defer { server.close() }
        let gateway = try gateway(server.url) { ($0.choices, $0.seed) = (.supported, .ignored) }
        let schema: JSONValue = ["type": "object"]
        _ = await gateway.ask(
            question(
                "a", candidates: 2, parameters: ["max_tokens": 4, "seed": 1], constraints: ["json_schema": schema]))
        let body = try #require(server.requests.first?.json)
        #expect(body["n"] == 2 && body["seed"] == 1 && body["max_tokens"] == 4)
        #expect(body["response_format"]?["json_schema"]?["schema"] == schema)
        #expect(events.all("request").first?["shaped"] == nil)
    }

    @Test func theTokenLimitIsRenamedAndARefusedSeedLeftOut() async throws {
        let server = try TestServer { _, _ in "x" }
        defer { server.close() }
        let gateway = try gateway(server.url) { ($0.tokenLimit, $0.seed) = (.maxCompletionTokens, .refused) }
        _ = await gateway.ask(question("a", parameters: ["max_tokens": 4, "seed": 1, "temperature": 0]))
        let body = try #require(server.requests.first?.json)
        #expect(body["max_completion_tokens"] == 4 && body["max_tokens"] == nil && body["seed"] == nil)
        #expect(body["temperature"] == 0)
        #expect(server.requests[0].headers["x-fastdistill-shaped"] == "max_completion_tokens,seed")
    }

    private static let schema: JSONValue = [
        "type": "object", "properties": ["sql": ["type": "string"]], "required": ["sql"],
    ]

    private func asked(_ text: String = "a", candidates: Int = 1) -> CompletionRequest {
        question(
            text, candidates: candidates, parameters: ["max_tokens": 64, "seed": 5],
            constraints: ["json_schema": Self.schema])
    }

    @Test func aSchemaIsAskedForInWordsAndTheAnswerChecked() async throws {
        let texts = ["Sure!", #"{"query": "x"}"#, "```json\n{\"sql\": \"SELECT 1\"}\n```"]
        let server = try TestServer { request, _ in texts[request.number - 1] }
        defer { server.close() }
        let gateway = try gateway(server.url) { $0.jsonSchema = .ignored }
        let outcome = await gateway.ask(asked())[0]
        #expect(outcome.line == #"reply: {"sql": "SELECT 1"}"#)
        #expect(server.requests.map { $0.json["seed"]?.int } == [5, 1_000_008, 2_000_011])
        #expect(server.requests.allSatisfy { $0.json["response_format"] == nil })
        #expect(
            server.requests[0].question == """
                a

                Answer with JSON alone, without any other text, that fits this JSON schema:
                {"properties":{"sql":{"type":"string"}},"required":["sql"],"type":"object"}
                """)
        #expect(events.all("request").map { $0["shaped"] } == Array(repeating: ["json_schema"], count: 3))
        // The same key as without shaping: what was asked is the question.
        let key = ReplyKey(
            providerID: "t", model: "test-model", revision: "r1", question: CanonicalQuestion(asked()), candidate: 0,
            round: 0)
        #expect(try ReplyStore(path: scratch.store).find(key)?.answer.outcome.line == outcome.line)
    }

    @Test func afterFourAnswersThatDoNotFitTheRowIsRejected() async throws {
        let server = try TestServer { _, _ in #"{"sql": 1}"# }
        defer { server.close() }
        let gateway = try gateway(server.url) { $0.jsonSchema = .refused }
        let line = await gateway.ask(asked())[0].line
        #expect(
            line == "rejected schema_mismatch: no answer in 4 attempts fits the JSON schema; of the last: "
                + "/sql is an integer, not string")
        #expect(server.requests.count == 4)
        #expect(await gateway.ask(asked())[0].line == line)
        #expect(server.requests.count == 4)
    }

    @Test func eachCandidateHasItsOwnAttempts() async throws {
        let good = #"{"sql": "1"}"#
        let server = try TestServer { request, choice in request.number == 1 && choice == 1 ? "no" : good }
        defer { server.close() }
        let gateway = try gateway(server.url) { $0.jsonSchema = .ignored }
        let outcomes = await gateway.ask(asked(candidates: 3))
        #expect(outcomes.map(\.line) == Array(repeating: "reply: \(good)", count: 3))
        #expect(server.requests.map(\.count) == [3, 1])
    }

    /// What did not fit was paid for all the same: a run that goes on begins behind it.
    @Test func attemptsAreRecordedAndNotPaidForAgain() async throws {
        let server = try TestServer { request in
            request.number == 3 ? .respond(401, "{}") : .respond(200, chatBody(["no \(request.number)"]))
        }
        defer { server.close() }
        let first = try gateway(server.url) { $0.jsonSchema = .ignored }
        #expect(await first.ask(asked())[0].line.hasPrefix("deferred: provider 't' refused the key"))
        first.shutdown(drainSeconds: 1)
        #expect(server.requests.count == 3)
        let second = try gateway(server.url) { $0.jsonSchema = .ignored }
        #expect(await second.ask(asked())[0].line.hasPrefix("rejected schema_mismatch"))
        second.shutdown(drainSeconds: 1)
        // Two of four attempts were left.
        #expect(server.requests.count == 5)
        #expect(server.requests.last?.json["seed"] == 3_000_014)
    }

    @Test func aReplayOfCheckedAnswersNeedsNoProbe() async throws {
        let texts = ["no", #"{"sql": "1"}"#]
        let server = try TestServer { request, _ in texts[min(request.number, 2) - 1] }
        defer { server.close() }
        let gateway = try gateway(server.url) { $0.jsonSchema = .ignored }
        let line = await gateway.ask(asked())[0].line
        gateway.shutdown(drainSeconds: 1)
        try exportReplies(store: scratch.store, to: scratch.path + "/replies.jsonl")
        let offline = try scratch.config(
            """
            fastdistill: 1
            providers: [{id: r, kind: replay, file: replies.jsonl, model: test-model, revision: r1}]
            roles: {teacher: [{provider: r}]}
            """)
        let replay = try Gateway(offline, replyStorePath: scratch.store + ".none", events: events)
        #expect(await replay.ask(asked())[0].line == line)
    }

    @Test func aCountOfTheFirstChoiceIsKnownFromTheProbe() async throws {
        let server = try TestServer { request in
            .respond(200, chatBody(["one two", "three four"], completionTokens: 2))
        }
        defer { server.close() }
        let gateway = try gateway(server.url) { $0.usage = .firstChoice }
        let outcomes = await gateway.ask(question("a", candidates: 2))
        #expect(outcomes.map { $0.reply?.completionTokens } == [2, nil])
        #expect(events.all("request").first?["counts_first_choice_only"] == true)
    }

    /// Each request reserves what it can cost itself, not what all candidates can.
    @Test func aBudgetFitsRequestsOfOneCandidate() async throws {
        let server = try TestServer { _ in
            .respond(200, chatBody(["x"], promptTokens: 20, completionTokens: 4))
        }
        defer { server.close() }
        var config = try scratch.config(url: server.url)
        config.providers[0].capabilities = Capabilities()
        config.providers[0].capabilities?.choices = .ignored
        config.budgets = ["teacher": Budget(tokens: 350)]
        let gateway = try Gateway(config, replyStorePath: scratch.store, events: events)
        let outcomes = await gateway.ask(question("a", candidates: 4, parameters: ["max_tokens": 100]))
        #expect(outcomes.map(\.line) == Array(repeating: "reply: x", count: 4))
    }
}
