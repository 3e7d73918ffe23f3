import DataPlane
import InferencePlane
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GatewayRolesTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func config(_ a: TestServer, _ b: TestServer, weights: (Int, Int), shared: Bool = false) throws
        -> ProviderConfig
    {
        try scratch.config(
            """
            fastdistill: 1
            providers:
              - {id: a, kind: openai, url: "\(a.url)", model: m, concurrency: 8, share_replies_across_providers: \(shared)}
              - {id: b, kind: openai, url: "\(b.url)", model: m, concurrency: 8, share_replies_across_providers: \(shared)}
            roles:
              teacher:
                - {provider: a, weight: \(weights.0)}
                - {provider: b, weight: \(weights.1)}
              judge: [{provider: b}]
            """)
    }

    private func answers(_ config: ProviderConfig, store: String, samples: Range<Int>) async throws -> [String] {
        let gateway = try Gateway(config, replyStorePath: store, events: events)
        var answers: [String] = []
        for sample in samples { answers.append(await gateway.ask(question("\(sample)"))[0].reply?.providerID ?? "-") }
        return answers
    }

    @Test func samplesAreSharedByWeightAndTheSameInEveryRun() async throws {
        let (a, b) = (try TestServer { _, _ in "A" }, try TestServer { _, _ in "B" })
        defer {
            a.close()
            b.close()
        }
        let config = try config(a, b, weights: (3, 1))
        let first = try await answers(config, store: scratch.path + "/1.sqlite", samples: 0..<80)
        let second = try await answers(config, store: scratch.path + "/2.sqlite", samples: 0..<80)
        #expect(first == second)
        // The assignment is a function of role, sample and weights; counted once, by plain Python (ReplyKeyTests).
        #expect(first.count { $0 == "a" } == a.requests.count / 2)
        #expect(Set(first) == ["a", "b"])
    }

    @Test func aGoneProvidersSamplesGoToTheNext() async throws {
        let a = try TestServer { _ in .respond(401, "{}") }
        let b = try TestServer { request, _ in "B \(request.question)" }
        defer {
            a.close()
            b.close()
        }
        let gateway = try Gateway(config(a, b, weights: (1, 0)), replyStorePath: scratch.store, events: events)
        #expect(gateway.admission(role: "teacher") == 32)
        #expect(await gateway.ask(question("x", candidates: 2)).map(\.line) == ["reply: B x", "reply: B x"])
        #expect(await gateway.ask(question("y"))[0].reply?.providerID == "b")
        #expect(a.requests.count == 1)
        #expect(gateway.admission(role: "teacher") == 16)
        #expect(events.all("provider_paused") == [["role": "teacher", "provider": "a", "reason": "unauthorized"]])
    }

    @Test func aProviderInReserveIsNotAskedWhileTheOthersAnswer() async throws {
        let (a, b) = (try TestServer { _, _ in "A" }, try TestServer { _, _ in "B" })
        defer {
            a.close()
            b.close()
        }
        #expect(Set(try await answers(config(a, b, weights: (1, 0)), store: scratch.store, samples: 0..<20)) == ["a"])
    }

    @Test func whatAProviderAnsweredStaysItsAnswerAfterAFailover() async throws {
        let isBroken = Atomic(true)
        let a = try TestServer { _ in
            isBroken.load(ordering: .relaxed) ? .respond(401, "{}") : .respond(200, chatBody(["A"]))
        }
        let b = try TestServer { _, _ in "B" }
        defer {
            a.close()
            b.close()
        }
        let config = try config(a, b, weights: (1, 0))
        #expect(try await answers(config, store: scratch.store, samples: 0..<1) == ["b"])
        isBroken.store(false, ordering: .relaxed)
        // Provider a is back and first in line, but the sample has its answer.
        #expect(try await answers(config, store: scratch.store, samples: 0..<2) == ["b", "a"])
        #expect(b.requests.count == 1)
    }

    @Test func allReasonsAreGivenWhenNobodyIsLeft() async throws {
        let a = try TestServer { _ in .respond(401, "{}") }
        let b = try TestServer { _ in .respond(402, "{}") }
        defer {
            a.close()
            b.close()
        }
        let gateway = try Gateway(config(a, b, weights: (1, 0)), replyStorePath: scratch.store, events: events)
        #expect(
            await gateway.ask(question("x"))[0].line
                == "deferred: provider 'a' refused the key; check the secret named in api_key (HTTP 401); "
                + "provider 'b' has no quota left; top it up (HTTP 402)")
    }

    @Test func sharedRepliesServeEveryProviderOfTheModel() async throws {
        let (a, b) = (try TestServer { _, _ in "A" }, try TestServer { _, _ in "B" })
        defer {
            a.close()
            b.close()
        }
        let config = try config(a, b, weights: (1, 0), shared: true)
        let gateway = try Gateway(config, replyStorePath: scratch.store, events: events)
        #expect(await gateway.ask(question("x"))[0].line == "reply: A")
        #expect(await gateway.ask(question("x", role: "judge"))[0].line == "reply: A")
        #expect(b.requests.isEmpty)
    }

    @Test func withoutSharingEachProviderHasItsOwnReplies() async throws {
        let (a, b) = (try TestServer { _, _ in "A" }, try TestServer { _, _ in "B" })
        defer {
            a.close()
            b.close()
        }
        let gateway = try Gateway(config(a, b, weights: (1, 0)), replyStorePath: scratch.store, events: events)
        #expect(await gateway.ask(question("x"))[0].line == "reply: A")
        #expect(await gateway.ask(question("x", role: "judge"))[0].line == "reply: B")
    }
}
