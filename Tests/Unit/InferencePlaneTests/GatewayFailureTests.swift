import DataPlane
import Foundation
import Synchronization
import Testing

@testable import InferencePlane

@Suite(.timeLimit(.minutes(1)))
struct GatewayFailureTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func gateway(_ config: ProviderConfig) throws -> Gateway {
        try Gateway(config, replyStorePath: scratch.store, events: events)
    }

    /// Asks one question of a server that misbehaves on the first request and answers the second.
    private func recovery(
        from action: TestServer.Action, extra: String = "", by transport: Transport = .direct
    ) async throws -> (String, [JSONValue]) {
        let server = try TestServer { $0.number == 1 ? action : .respond(200, chatBody(["fine"])) }
        defer { server.close() }
        let config = try scratch.config(url: server.url(by: transport), extra: extra)
        let line = try await gateway(config).ask(question("a"))[0].line
        #expect(server.requests.count == 2)
        return (line, events.all("request"))
    }

    @Test(arguments: [500, 502, 503, 504, 529, 408, 409, 425, 429])
    func aStatusThatPassesIsTriedAgain(status: Int) async throws {
        let (line, requests) = try await recovery(from: .respond(status, "{}"))
        #expect(line == "reply: fine")
        #expect(requests.map { $0["status"] } == [.int(Int64(status)), 200])
        #expect(requests.map { $0["attempt"] } == [1, 2])
    }

    @Test(arguments: Transport.allCases) func retryAfterOfZeroSecondsIsNoObstacle(by transport: Transport) async throws
    {
        let (line, _) = try await recovery(from: .respond(429, "{}", headers: ["Retry-After": "0"]), by: transport)
        #expect(line == "reply: fine")
    }

    @Test(arguments: Transport.allCases) func aRetryAfterDateInThePastIsNoObstacle(by transport: Transport) async throws
    {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        let (line, _) = try await recovery(from: .respond(429, "{}", headers: ["Retry-After": date]), by: transport)
        #expect(line == "reply: fine")
    }

    @Test(arguments: ["7200", "Fri, 31 Dec 2100 23:59:59 GMT"])
    func aProviderThatWantsToWaitTooLongIsPaused(retryAfter: String) async throws {
        let server = try TestServer { _ in
            .respond(429, #"{"error": {"message": "daily limit"}}"#, headers: ["Retry-After": retryAfter])
        }
        defer { server.close() }
        let line = try await gateway(scratch.config(url: server.url)).ask(question("a"))[0].line
        #expect(
            line
                == "deferred: provider 't' answered nothing but errors or rate limits for too long (HTTP 429: daily limit)"
        )
        #expect(server.requests.count == 1)
    }

    @Test(arguments: Transport.allCases) func aDroppedConnectionIsTriedAgain(by transport: Transport) async throws {
        let (line, requests) = try await recovery(from: .drop, by: transport)
        #expect(line == "reply: fine")
        #expect(requests[0]["failure"] == "broken" && requests[0]["status"] == 0)
    }

    /// Another try on another connection, as libcurl makes by itself, would be paid twice, and be in no budget.
    @Test(arguments: Transport.allCases) func nothingIsSentThatIsNotAnAttempt(by transport: Transport) async throws {
        let server = try TestServer { $0.number == 2 ? .drop : .respond(200, chatBody(["fine"])) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url(by: transport), extra: "concurrency: 1"))
        for text in ["a", "b"] { #expect(await gateway.ask(question(text))[0].line == "reply: fine") }
        #expect(events.all("request").map { $0["failure"]?.string } == [nil, "broken", nil])
        #expect(server.requests.count == 3)
    }

    /// A connection that looks open may be closed by the time a request gets there. That is no row's fault, nor is it again.
    @Test(arguments: Transport.allCases) func aServerThatClosesBehindEachAnswerCostsNoRow(
        by transport: Transport
    ) async throws {
        let server = try TestServer { request in
            let body = chatBody([request.question])
            return .raw("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
        }
        defer { server.close() }
        let config = try scratch.config(url: server.url(by: transport), extra: "concurrency: 16", attempts: 2)
        let gateway = try gateway(config)
        let lines = await withTaskGroup(of: (Int, String).self) { group in
            for index in 0..<300 {
                group.addTask { (index, await gateway.ask(question("\(index)"))[0].line) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(
            lines.allSatisfy { $0.value == "reply: \($0.key)" }, "\(lines.filter { $0.value != "reply: \($0.key)" })")
    }

    @Test(arguments: Transport.allCases) func aCutOffResponseIsTriedAgain(by transport: Transport) async throws {
        let (line, requests) = try await recovery(from: .cut(#"{"choices": [{"message": {"con"#), by: transport)
        #expect(line == "reply: fine")
        #expect(requests[0]["failure"] == "broken")
    }

    @Test(arguments: [
        #"{"choices": [{"message": {"con"#, "", "<html>busy</html>", #"{"choices": []}"#, #"{"object": "chat"}"#, "[]",
        #"{"choices": [{"message": {"content": null}}]}"#, #"{"choices": [{"index": 0}]}"#,
        #"{"error": {"message": "upstream", "code": 502}}"#, #"{"error": "odd"}"#,
    ])
    func aResponseWithoutAnAnswerIsTriedAgain(body: String) async throws {
        let (line, requests) = try await recovery(from: .respond(200, body))
        #expect(line == "reply: fine")
        #expect(requests[0]["status"] == 200 && requests[0]["completion_tokens"] == nil)
    }

    @Test(arguments: Transport.allCases) func aStalledBodyIsCutByTheDeadline(by transport: Transport) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\""
        let (line, requests) = try await recovery(from: .stall(head), extra: "timeouts: {total: 200ms}", by: transport)
        #expect(line == "reply: fine")
        #expect(requests[0]["failure"] == "timeout")
    }

    @Test(arguments: Transport.allCases) func aSilentServerIsCutByTheFirstByteDeadline(by transport: Transport)
        async throws
    {
        let (line, requests) = try await recovery(
            from: .stall(""), extra: "timeouts: {first_byte: 100ms, total: 1h}", by: transport)
        #expect(line == "reply: fine")
        #expect(requests[0]["failure"] == "timeout" && requests[0]["status"] == 0)
    }

    @Test(arguments: Transport.allCases) func aSlowBodyIsNotCutByTheFirstByteDeadline(by transport: Transport)
        async throws
    {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        let server = try TestServer { _ in .stall(head) }
        defer { server.close() }
        let config = try scratch.config(
            url: server.url(by: transport), extra: "timeouts: {first_byte: 50ms, total: 300ms}", giveUp: "1ms")
        let line = try await gateway(config).ask(question("a"))[0].line
        #expect(
            line
                == "deferred: provider 't' answered nothing but errors or rate limits for too long (the request took too long)"
        )
        // The first failure opens the span of giving up, so there are two; each was cut by `total`, with a status.
        #expect(events.all("request").map { $0["status"] } == [200, 200])
    }

    @Test func aRowTooLongForTheContextIsRejectedWithTheServersWords() async throws {
        // llama.cpp's own words.
        let body = """
            {"error":{"code":400,"message":"request (9031 tokens) exceeds the available context size (2048 tokens), try \
            increasing it","type":"exceed_context_size_error","n_prompt_tokens":9031,"n_ctx":2048}}
            """
        let server = try TestServer { _ in .respond(400, body) }
        defer { server.close() }
        let outcomes = try await gateway(scratch.config(url: server.url)).ask(question("a", candidates: 2))
        let line =
            "rejected context_too_long: HTTP 400: request (9031 tokens) exceeds the available context size (2048 tokens), "
            + "try increasing it"
        #expect(outcomes.map(\.line) == [line, line])
        #expect(server.requests.count == 1)
    }

    @Test func anErrorThatIsAStringIsRead() async throws {
        let server = try TestServer { _ in .respond(400, #"{"error": "messages must be a list"}"#) }
        defer { server.close() }
        let line = try await gateway(scratch.config(url: server.url)).ask(question("a"))[0].line
        #expect(line == "rejected request_rejected: HTTP 400: messages must be a list")
    }

    /// A setting that the server does not take is no row's fault, though every refusal reads as if it were.
    @Test func whatIsRefusedInEveryRequestIsTheProviders() async throws {
        let arrived = Mutex(0)
        let server = try TestServer { request in
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 < 8 }) { usleep(1000) }
            return .respond(400, #"{"detail": "conversation \#(request.number) has no template"}"#)
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 8"))
        let lines = await withTaskGroup(of: String.self) { group in
            for index in 0..<40 { group.addTask { await gateway.ask(question("\(index)"))[0].line } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(
            line.hasPrefix(
                "deferred: provider 't' refused every request in the same words; what all of them have in common is at fault, "
                    + "in the graph or in how the server was started (HTTP 400: conversation ")
                && line.hasSuffix(" has no template)"), "\(line)")
        #expect(events.all("provider_paused") == [["role": "teacher", "provider": "t", "reason": "refuses_all"]])
        #expect(server.requests.count <= 16)
    }

    /// Where hardly anybody waits, the first are rejected: there are sets of few rows, all of them bad.
    @Test func refusalsOneByOneAreTheProvidersFromTheFifthOn() async throws {
        let server = try TestServer { _ in .respond(400, #"{"detail": "no"}"#) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        var lines: [String] = []
        for index in 0..<6 { lines.append(await gateway.ask(question("\(index)"))[0].line) }
        #expect(lines[..<4].allSatisfy { $0 == "rejected request_rejected: HTTP 400: no" }, "\(lines)")
        #expect(lines[4...].allSatisfy { $0.hasPrefix("deferred: provider 't' refused every request") }, "\(lines)")
        #expect(server.requests.count == 5)
    }

    @Test(arguments: [
        "answers one": #"{"ok": 1}"#, "says two things": #"{"detail": "other words"}"#,
    ])
    func refusalsAreTheRowsWhereTheServer(_ does: String, exception: String) async throws {
        let arrived = Mutex(0)
        let server = try TestServer { request in
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 < 20 }) { usleep(1000) }
            if request.question != "19" { return .respond(400, #"{"detail": "no"}"#) }
            return does == "answers one" ? .respond(200, chatBody(["ok"])) : .respond(400, exception)
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 20"))
        let lines = await withTaskGroup(of: (Int, String).self) { group in
            for index in 0..<20 {
                group.addTask { (index, await gateway.ask(question("\(index)"))[0].line) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect((0..<19).allSatisfy { lines[$0] == "rejected request_rejected: HTTP 400: no" }, "\(lines)")
        #expect(lines[19] == (does == "answers one" ? "reply: ok" : "rejected request_rejected: HTTP 400: other words"))
        #expect(events.all("provider_paused").isEmpty)
    }

    /// What is still under way when the run is stopped is not blamed on its row either.
    @Test func refusalsThatAreNotJudgedAreDeferred() async throws {
        let go = Mutex(false)
        let server = try TestServer { request in
            while request.question == "slow", !go.withLock({ $0 }) { usleep(1000) }
            return .respond(400, #"{"detail": "no"}"#)
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let slow = gateway.start(question("slow"))
        let quick = gateway.start(question("quick"))
        while events.all("request").isEmpty { await Task.yield() }
        let ending = gateway.startShutdown(drainSeconds: 60)
        #expect(await quick.line == "deferred: the run was stopped before this was answered")
        go.withLock { $0 = true }
        #expect(await slow.line == "deferred: the run was stopped before this was answered")
        await ending.value
    }

    @Test func aLongMessageIsCutTo300Characters() async throws {
        let words = String(repeating: "é", count: 400)
        let server = try TestServer { _ in .respond(422, JSONValue.object([("detail", .string(words))]).compact) }
        defer { server.close() }
        let line = try await gateway(scratch.config(url: server.url)).ask(question("a"))[0].line
        #expect(line == "rejected request_rejected: HTTP 422: " + String(repeating: "é", count: 299) + "…")
    }

    @Test func aRefusalIsRecordedAndCanBeAskedAgainOnDemand() async throws {
        let server = try TestServer { request in
            request.number == 1
                ? .respond(400, #"{"error": {"message": "no", "code": "content_filter"}}"#)
                : .respond(200, chatBody(["fine"]))
        }
        defer { server.close() }
        var config = try scratch.config(url: server.url)
        let first = try gateway(config)
        #expect(await first.ask(question("a"))[0].line == "rejected content_filtered: HTTP 400: no")
        #expect(await first.ask(question("a"))[0].line == "rejected content_filtered: HTTP 400: no")
        #expect(server.requests.count == 1)
        first.shutdown(drainSeconds: 0)
        config.retriesRejected = true
        let second = try gateway(config)
        #expect(await second.ask(question("a"))[0].line == "reply: fine")
        second.shutdown(drainSeconds: 0)
        config.retriesRejected = false
        #expect(try await gateway(config).ask(question("a"))[0].line == "reply: fine")
    }

    @Test func aWithheldChoiceRejectsItsCandidateOnly() async throws {
        let body = """
            {"choices": [{"index": 0, "finish_reason": "content_filter", "message": {"content": ""}},
             {"index": 1, "finish_reason": "stop", "message": {"content": "ok"}}]}
            """
        let server = try TestServer { _ in .respond(200, body) }
        defer { server.close() }
        let outcomes = try await gateway(scratch.config(url: server.url)).ask(question("a", candidates: 2))
        #expect(
            outcomes.map(\.line) == [
                "rejected content_filtered: the provider withheld the answer (finish_reason content_filter)",
                "reply: ok",
            ])
    }

    @Test func aRowThatAloneFailsIsItsOwnFault() async throws {
        let server = try TestServer { request in
            request.question == "poison"
                ? .respond(500, #"{"error": {"message": "CUDA error"}}"#) : .respond(200, chatBody([request.question]))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, attempts: 3))
        async let poison = gateway.ask(question("poison"))[0].line
        // Others are asked and answered until the row's fate is sealed.
        let others = Task {
            var index = 0
            while !Task.isCancelled {
                _ = await gateway.ask(question("\(index)"))
                index += 1
            }
        }
        #expect(
            await poison
                == "rejected provider_error: failed 3 times while other requests were answered; the last: HTTP 500: CUDA error"
        )
        others.cancel()
        await others.value
        #expect(events.all("provider_paused").isEmpty)
        #expect(server.requests.filter { $0.question == "poison" }.count >= 3)
    }

    @Test func aServerThatFailsEveryoneIsPausedAndRejectsNobody() async throws {
        let server = try TestServer { _ in .respond(500, "{}") }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, attempts: 2, giveUp: "100ms"))
        let lines = await withTaskGroup(of: String.self) { group in
            for index in 0..<10 { group.addTask { await gateway.ask(question("\(index)"))[0].line } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(
            lines == ["deferred: provider 't' answered nothing but errors or rate limits for too long (HTTP 500)"])
        #expect(events.all("provider_paused") == [["role": "teacher", "provider": "t", "reason": "overloaded"]])
    }

    @Test(arguments: [
        (401, "{}", "refused the key; check the secret named in api_key (HTTP 401)"),
        (403, "{}", "forbids the request; check what the key may do (HTTP 403)"),
        (402, "{}", "has no quota left; top it up (HTTP 402)"),
        (404, "File Not Found", "does not answer such requests there; check its url (HTTP 404: File Not Found)"),
        (404, #"{"detail": "Not Found"}"#, "does not answer such requests there; check its url (HTTP 404: Not Found)"),
        (
            404, #"{"error": {"message": "The model `m` does not exist.", "type": "NotFoundError"}}"#,
            "does not know the model; check model and url (HTTP 404: The model `m` does not exist.)"
        ),
        (
            429, #"{"error": {"code": "insufficient_quota", "message": "pay"}}"#,
            "has no quota left; top it up (HTTP 429: pay)"
        ),
        (
            400, #"{"error": {"code": "model_not_found", "message": "what?"}}"#,
            "does not know the model; check model and url (HTTP 400: what?)"
        ),
        (501, "{}", "does not answer such requests there; check its url (HTTP 501)"),
        (301, "{}", "does not answer such requests there; check its url (HTTP 301)"),
        (405, "<html>", "does not answer such requests there; check its url (HTTP 405)"),
    ])
    func aProvidersOwnFailureDefersEverything(status: Int, body: String, words: String) async throws {
        let server = try TestServer { _ in .respond(status, body) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 1"))
        async let first = gateway.ask(question("a", candidates: 2)).map(\.line)
        async let second = gateway.ask(question("b")).map(\.line)
        let line = "deferred: provider 't' \(words)"
        #expect(await first == [line, line])
        #expect(await second == [line])
        #expect(server.requests.count == 1)
        #expect(await gateway.ask(question("c")).map(\.line) == [line])
        #expect(events.all("provider_paused").count == 1)
    }

    @Test func anOutageIsToldOnceAndItsEndToo() async throws {
        let first = Mutex(3)
        let server = try TestServer { _ in
            first.withLock { left in
                left -= 1
                return left >= 0 ? .respond(503, "{}") : .respond(200, chatBody(["fine"]))
            }
        }
        defer { server.close() }
        var config = try scratch.config(url: server.url)
        guard case .openai(var endpoint) = config.providers[0].kind else { throw CancellationError() }
        endpoint.retry.tellAfterMilliseconds = 0
        config.providers[0].kind = .openai(endpoint)
        #expect(try await gateway(config).ask(question("a"))[0].line == "reply: fine")
        let silent = try #require(events.all("provider_silent").first)
        #expect(silent["role"] == "teacher" && silent["provider"] == "t" && silent["reason"] == "HTTP 503")
        #expect(silent["given_up_after_us"] == 3_600_000_000)
        #expect(events.all("provider_silent").count == 1)
        #expect(events.all("provider_back") == [["role": "teacher", "provider": "t"]])
    }

    @Test(arguments: Transport.allCases) func nobodyListeningDefers(by transport: Transport) async throws {
        let server = try TestServer { _ in .drop }
        server.close()
        let line = try await gateway(scratch.config(url: server.url(by: transport), giveUp: "50ms")).ask(question("a"))[
            0
        ].line
        #expect(
            line == "deferred: provider 't' could not be reached for too long; check that it runs and its url "
                + "(the request found nobody listening)")
        #expect(events.all("provider_paused") == [["role": "teacher", "provider": "t", "reason": "unreachable"]])
    }

    @Test func anUnknownHostDefers() async throws {
        // RFC 6761: names under .invalid never resolve.
        let config = try scratch.config(url: "http://gateway.invalid/v1", giveUp: "50ms")
        let line = try await gateway(config).ask(question("a"))[0].line
        #expect(
            line == "deferred: provider 't' could not be reached for too long; check that it runs and its url "
                + "(the request found no such host)")
    }

    @Test func anUnknownRoleDefersWithTheRemedy() async throws {
        let config = try scratch.config(url: "http://127.0.0.1:9")
        let line = try await gateway(config).ask(question("a", role: "judge"))[0].line
        #expect(line == "deferred: no provider serves the role 'judge'; add it under roles in '\(config.path)'")
    }
}
