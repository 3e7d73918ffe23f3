import DataPlane
import InferencePlane
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GatewayAnswerTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    @Test func oneRequestAnswersAllCandidates() async throws {
        let server = try TestServer { request, choice in "\(request.question) \(choice)" }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let outcomes = await gateway.ask(question("a", candidates: 3))
        #expect(outcomes.map(\.line) == ["reply: a 0", "reply: a 1", "reply: a 2"])
        #expect(server.requests.count == 1)
        #expect(outcomes[0].reply?.promptTokens == 37)
        #expect(outcomes[0].reply?.completionTokens == 4)
        #expect(outcomes[0].reply?.providerID == "t")
        gateway.shutdown(drainSeconds: 0)
    }

    @Test func aSecondGatewayOnTheSameStoreAsksNothing() async throws {
        let server = try TestServer { request, choice in "\(request.question) \(choice)" }
        defer { server.close() }
        let config = try scratch.config(url: server.url)
        let first = try Gateway(config, replyStorePath: scratch.store, events: events)
        let before = await first.ask(question("a", candidates: 2))
        first.shutdown(drainSeconds: 0)
        let second = try Gateway(config, replyStorePath: scratch.store, events: events)
        let after = await second.ask(question("a", candidates: 2))
        #expect(before.map(\.reply) == after.map(\.reply))
        #expect(server.requests.count == 1)
        #expect(events.all("reply_cached").map { $0["candidates"] } == [2])
    }
}
