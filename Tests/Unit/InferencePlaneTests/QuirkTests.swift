import DataPlane
import Testing

@testable import InferencePlane

/// What llama.cpp's servers and others answer that OpenAI would not.
@Suite(.timeLimit(.minutes(1)))
struct QuirkTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func answer(_ status: Int, _ body: String) async throws -> (line: String, requests: Int) {
        let server = try TestServer { _ in .respond(status, body) }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let line = await gateway.ask(question("a"))[0].line
        return (line, server.requests.count)
    }

    @Test(arguments: [
        (
            400,
            #"{"error":{"code":400,"message":"request (90 tokens) exceeds the available context size (64 tokens)","type":"exceed_context_size_error","n_prompt_tokens":90,"n_ctx":64}}"#,
            "rejected context_too_long: HTTP 400: request (90 tokens) exceeds the available context size (64 tokens)"
        ),
        (400, #"{"error": "no such thing"}"#, "rejected request_rejected: HTTP 400: no such thing"),
        (
            400, #"{"error":{"code":400,"message":"'messages' is required","type":"invalid_request_error"}}"#,
            "rejected request_rejected: HTTP 400: 'messages' is required"
        ),
        (
            500,
            #"{"error":{"code":500,"message":"[json.exception.type_error.302] type must be x","type":"server_error"}}"#,
            "rejected request_rejected: HTTP 500: [json.exception.type_error.302] type must be x"
        ),
        (
            500,
            #"{"error":{"code":500,"message":"Conversation roles must alternate user/assistant","type":"server_error"}}"#,
            "rejected request_rejected: HTTP 500: Conversation roles must alternate user/assistant"
        ),
        (
            500, #"{"error":{"code":500,"message":"bad field","type":"invalid_request_error"}}"#,
            "rejected request_rejected: HTTP 500: bad field"
        ),
        (500, #"{"error":{"code":422,"message":"bad field"}}"#, "rejected request_rejected: HTTP 500: bad field"),
        (
            500, #"{"error":{"code":500,"message":"the request exceeds the context size","type":"server_error"}}"#,
            "rejected context_too_long: HTTP 500: the request exceeds the context size"
        ),
    ])
    func aMistakeOfTheQuestionIsAskedOnce(status: Int, body: String, line: String) async throws {
        let answer = try await answer(status, body)
        #expect(answer.line == line)
        #expect(answer.requests == 1)
    }

    private static let remedy =
        "deferred: provider 't' does not take a parameter of the requests; change it, or let 'fastdistill gateway probe' find "
        + "out what it takes: then requests are made to fit "

    @Test(arguments: [
        (
            400,
            #"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#,
            "(HTTP 400: Unsupported parameter: 'max_tokens' is not supported with this model.)"
        ),
        (
            400, #"{"error":{"message":"'n' : number must be at most 1","type":"invalid_request_error","param":"n"}}"#,
            "(HTTP 400: 'n' : number must be at most 1)"
        ),
        (
            500, #"{"error":{"code":500,"message":"Unsupported param: tools","type":"server_error"}}"#,
            "(HTTP 500: Unsupported param: tools)"
        ),
        (
            500, #"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
            "(HTTP 500: tools param requires --jinja flag)"
        ),
        (
            422,
            #"{"detail":[{"type":"extra_forbidden","loc":["body","min_p"],"msg":"Extra inputs are not permitted"}]}"#,
            #"(HTTP 422: [{"type":"extra_forbidden","loc":["body","min_p"],"msg":"Extra inputs are not permitted"}])"#
        ),
    ])
    func aParameterThatIsNotTakenStopsTheProviderWithARemedy(status: Int, body: String, words: String) async throws {
        let answer = try await answer(status, body)
        #expect(answer.line == Self.remedy + words)
        #expect(answer.requests == 1)
        #expect(events.all("provider_paused").map { $0["reason"] } == ["unsupported_parameter"])
    }

    /// llama.cpp answers an unknown model under its own alias. The column has the model that was asked for, and the events
    /// say who answered.
    @Test func anotherModelThatAnswersIsToldOnce() async throws {
        let server = try TestServer { _ in .respond(200, chatBody(["x"], model: "its-own-alias")) }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        for text in ["a", "b", "c"] { #expect(await gateway.ask(question(text))[0].line == "reply: x") }
        #expect(
            events.all("model_mismatch")
                == [["provider": "t", "model": "test-model", "answered_as": "its-own-alias"]])
        #expect(events.all("request").map { $0["answered_as"] } == Array(repeating: "its-own-alias", count: 3))
    }

    /// What it counts is charged all the same.
    @Test func moreTokensThanARequestCanUseAreToldOnce() async throws {
        let server = try TestServer { _ in .respond(200, chatBody(["x"], completionTokens: 100_000)) }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        for text in ["a", "b"] { #expect(await gateway.ask(question(text))[0].line == "reply: x") }
        let told = events.all("usage_overrun")
        #expect(told.count == 1 && told.first?["provider"] == "t" && told.first?["tokens"] == 100_037)
        #expect((100..<300).contains(told.first?["most_tokens"]?.int ?? 0))
    }

    @Test(arguments: [
        ("large", "large", false), ("large-2026-05-01", "large", false), ("large:latest", "large", false),
        ("larger", "large", true), ("small", "large", true), ("large", "large-2026", true),
    ])
    func aMoreExactNameIsTheSameModel(answering: String, asked: String, isOther: Bool) {
        #expect(ChatResponse.isOther(answering, than: asked) == isOther)
    }

    @Test func toolsThatAreIgnoredLeaveAPlainAnswer() async throws {
        let server = try TestServer { _ in .respond(200, chatBody(["no tools here"])) }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let tools: JSONValue = ["tools": [["type": "function", "function": ["name": "f"]]], "tool_choice": "required"]
        let reply = await gateway.ask(question("a", constraints: tools))[0].reply
        #expect(reply?.text == "no tools here" && reply?.toolCalls == nil)
    }
}
