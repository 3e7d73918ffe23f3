import DataPlane
import Glibc
import Synchronization
import Testing

@testable import InferencePlane

/// Limits and coalescing, over real connections.
@Suite(.timeLimit(.minutes(1)))
struct GatewayLimitsTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func gateway(_ config: ProviderConfig) throws -> Gateway {
        try Gateway(config, replyStorePath: scratch.store, events: events)
    }

    private func answers(_ gateway: Gateway, _ texts: [String]) async -> [String] {
        await withTaskGroup(of: (Int, String).self) { group in
            for (index, text) in texts.enumerated() {
                group.addTask { (index, await gateway.ask(question(text, sample: "s\(index)"))[0].line) }
            }
            var lines = [String](repeating: "", count: texts.count)
            for await (index, line) in group { lines[index] = line }
            return lines
        }
    }

    @Test func theSameQuestionUnderWayIsAskedOnce() async throws {
        let go = Atomic(false)
        let server = try TestServer { request in
            while !go.load(ordering: .acquiring) { usleep(1000) }
            return .respond(200, chatBody(["answer to \(request.question)"]))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let asked = (0..<20).map { gateway.start(question($0 % 2 == 0 ? "even" : "odd", sample: "s\($0)")) }
        go.store(true, ordering: .releasing)
        for (index, answer) in asked.enumerated() {
            #expect(await answer.line == "reply: answer to \(index % 2 == 0 ? "even" : "odd")")
        }
        #expect(server.requests.count == 2)
        let cached = events.all("reply_cached")
        #expect(cached.count == 18 && cached.allSatisfy { $0["provider"] == "t" })
    }

    @Test func whoWaitsForTheSameQuestionSharesItsFate() async throws {
        let go = Atomic(false)
        let server = try TestServer { _ in
            while !go.load(ordering: .acquiring) { usleep(1000) }
            return .respond(400, #"{"error": "no"}"#)
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let asked = (0..<4).map { gateway.start(question("same", sample: "s\($0)")) }
        go.store(true, ordering: .releasing)
        for answer in asked { #expect(await answer.line == "rejected request_rejected: HTTP 400: no") }
        #expect(server.requests.count == 1)
    }

    @Test func otherSettingsAreAnotherQuestion() async throws {
        let go = Atomic(false)
        let server = try TestServer { request in
            while !go.load(ordering: .acquiring) { usleep(1000) }
            return .respond(200, chatBody((0..<request.count).map { "\($0)" }))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let asked = [
            gateway.start(question("a")), gateway.start(question("a", candidates: 2)),
            gateway.start(question("a", round: 1)), gateway.start(question("a", parameters: ["max_tokens": 65])),
        ]
        go.store(true, ordering: .releasing)
        for answer in asked { #expect(await answer.line == "reply: 0") }
        #expect(server.requests.count == 4)
    }

    /// More at once than handles are kept for when nothing is asked, twice, with responses of several receive buffers.
    @Test func burstsWithARestBetweenThemAreAnswered() async throws {
        let long = String(repeating: "long ", count: 4000)
        let server = try TestServer { .respond(200, chatBody(["\($0.question) \(long)"])) }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 100"))
        for burst in ["first", "second"] {
            let texts = (0..<200).map { "\(burst) \($0)" }
            #expect(await answers(gateway, texts) == texts.map { "reply: \($0) \(long)" })
        }
        #expect(server.requests.count == 400)
    }

    /// One 429 among answers holds its own question, not the provider: the others do not wait for its Retry-After.
    @Test func aStray429DoesNotStopTheProvider() async throws {
        let server = try TestServer { request in
            request.question == "stray"
                ? .respond(429, "{}", headers: ["Retry-After": "3000"]) : .respond(200, chatBody(["ok"]))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 2"))
        let stray = gateway.start(question("stray"))
        let others = await answers(gateway, (0..<40).map { "\($0)" })
        #expect(others.allSatisfy { $0 == "reply: ok" })
        #expect(server.requests.count { $0.question == "stray" } == 1)
        gateway.cancel()
        #expect(await stray.line == "deferred: the run was stopped before this was answered")
    }

    /// A provider that turns away whatever is beyond its places: every row is answered, and hardly anything is sent in vain.
    @Test func theWindowFindsWhatTheProviderTakes() async throws {
        let places = 4
        let busy = Atomic(0)
        let turnedAway = Atomic(0)
        let server = try TestServer { _ in
            let now = busy.add(1, ordering: .acquiringAndReleasing).newValue
            defer { busy.subtract(1, ordering: .acquiringAndReleasing) }
            if now > places {
                turnedAway.add(1, ordering: .relaxed)
                return .respond(429, "{}")
            }
            usleep(2000)
            return .respond(200, chatBody(["ok"]))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url))
        let lines = await answers(gateway, (0..<400).map { "\($0)" })
        #expect(lines.allSatisfy { $0 == "reply: ok" })
        #expect(server.requests.count < 800, "\(turnedAway.load(ordering: .relaxed)) turned away")
        #expect(events.all("provider_paused").isEmpty)
    }

    /// A provider that answers nobody is asked by one request at a time until it answers again; nothing is lost.
    @Test func anOutageCostsFewRequestsAndNoRow() async throws {
        let isDown = Atomic(true)
        let server = try TestServer { request in
            if request.number >= 60 { isDown.store(false, ordering: .relaxed) }
            return isDown.load(ordering: .relaxed) ? .respond(503, "{}") : .respond(200, chatBody(["ok"]))
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 8"))
        let lines = await answers(gateway, (0..<100).map { "\($0)" })
        #expect(lines.allSatisfy { $0 == "reply: ok" })
        #expect(server.requests.count <= 160 + 8, "\(server.requests.count)")
    }

    @Test func aRateIsKept() async throws {
        let server = try TestServer { _, _ in "ok" }
        defer { server.close() }
        // 1200 a minute, 20 a second: the bucket holds 40, the other 20 take a second.
        let gateway = try gateway(scratch.config(url: server.url, extra: "limits: {rpm: 1200}"))
        let lines = await answers(gateway, (0..<60).map { "\($0)" })
        #expect(lines.allSatisfy { $0 == "reply: ok" })
        let starts = events.all("request").compactMap { $0["start_us"]?.int }.sorted()
        #expect(starts.count == 60)
        #expect(starts[59] - starts[0] >= 950_000, "\(starts)")
    }

    @Test func aHeaderThatSaysThatNothingIsLeftIsBelieved() async throws {
        let server = try TestServer { request in
            .respond(
                200, chatBody(["ok"]),
                headers: request.number == 1
                    ? ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "400ms"] : [:])
        }
        defer { server.close() }
        let gateway = try gateway(scratch.config(url: server.url, extra: "concurrency: 1"))
        _ = await answers(gateway, ["a", "b"])
        let requests = events.all("request")
        let first = try #require(requests[0]["end_us"]?.int)
        let second = try #require(requests[1]["start_us"]?.int)
        #expect(second - first >= 390_000)
    }

    @Test func aBodyThatStopsIsCut() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\""
        let server = try TestServer { $0.number == 1 ? .stall(head) : .respond(200, chatBody(["fine"])) }
        defer { server.close() }
        let config = try scratch.config(url: server.url, extra: "timeouts: {stall: 150ms, total: 1h}")
        #expect(try await gateway(config).ask(question("a"))[0].line == "reply: fine")
        #expect(events.all("request").first?["failure"] == "timeout")
    }

    /// The judge's server answers nothing; the teacher, on the same provider entry, is served all the same.
    @Test func aBrokenRoleDoesNotStopAnother() async throws {
        let server = try TestServer { request in
            request.question.hasPrefix("judge") ? .respond(500, "{}") : .respond(200, chatBody(["ok"]))
        }
        defer { server.close() }
        let config = try scratch.config(
            """
            fastdistill: 1
            providers:
              - {id: p, kind: openai, url: "\(server.url)", model: m, concurrency: 4,
                 retry: {attempts: 100, base: 1h, cap: 1h, give_up_after: 10h}}
            roles:
              teacher: [{provider: p}]
              judge: [{provider: p}]
            """)
        let gateway = try gateway(config)
        let judged = (0..<20).map { gateway.start(question("judge \($0)", role: "judge")) }
        let lines = await answers(gateway, (0..<50).map { "teach \($0)" })
        #expect(lines.allSatisfy { $0 == "reply: ok" })
        gateway.cancel()
        for line in judged { #expect(await line.line == "deferred: the run was stopped before this was answered") }
    }
}
