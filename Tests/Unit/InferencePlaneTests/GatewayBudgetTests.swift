import DataPlane
import Synchronization
import Testing

@testable import InferencePlane

/// Caps that hold, whatever the server says and whatever goes wrong.
@Suite(.timeLimit(.minutes(2)))
struct GatewayBudgetTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func config(_ url: String, _ budget: String, prices: String = "") throws -> ProviderConfig {
        try scratch.config(
            """
            fastdistill: 1
            providers:
              - {id: t, kind: openai, url: "\(url)", model: test-model, concurrency: 16\(prices),
                 retry: {attempts: 3, base: 1ms, cap: 4ms, give_up_after: 10m}}
            roles:
              teacher: [{provider: t}]
            budgets: {teacher: \(budget)}
            """)
    }

    private func run(_ config: ProviderConfig, _ count: Int, candidates: Int = 1, maxTokens: Int64 = 64) async throws
        -> [String]
    {
        let gateway = try Gateway(
            config, replyStorePath: scratch.store, ledgerPath: scratch.path + "/ledger", events: events)
        let lines = await withTaskGroup(of: (Int, String).self) { group in
            for index in 0..<count {
                group.addTask {
                    let asked = question(
                        "\(index)", candidates: candidates, parameters: ["max_tokens": .int(maxTokens)])
                    return (index, await gateway.ask(asked).map(\.line).joined(separator: ", "))
                }
            }
            var lines = [String](repeating: "", count: count)
            for await (index, line) in group { lines[index] = line }
            return lines
        }
        gateway.shutdown(drainSeconds: 5)
        return lines
    }

    @Test func requestsStopAtTheCapAndALargerCapGoesOn() async throws {
        let server = try TestServer { request, _ in "answer \(request.question)" }
        defer { server.close() }
        let first = try await run(config(server.url, "{requests: 7}"), 20)
        #expect(first.count { $0.hasPrefix("reply: ") } == 7)
        let reason =
            "deferred: the budget of role 'teacher' does not allow another request (7 of 7 requests); raise it in "
            + "'\(scratch.path)/providers.yaml' and run the same command again"
        #expect(first.filter { !$0.hasPrefix("reply: ") }.allSatisfy { $0 == reason }, "\(first)")
        #expect(server.requests.count == 7)
        #expect(events.all("budget_reached") == [["role": "teacher"]])
        // What is recorded costs nothing; what was spent still counts.
        let second = try await run(config(server.url, "{requests: 15}"), 20)
        #expect(second.count { $0.hasPrefix("reply: ") } == 15)
        #expect(server.requests.count == 15)
        let third = try await run(config(server.url, "{requests: 20}"), 20)
        #expect(third.allSatisfy { $0.hasPrefix("reply: ") })
        #expect(server.requests.count == 20)
    }

    @Test func aCapOfNothingAsksNothing() async throws {
        let server = try TestServer { _, _ in "answer" }
        defer { server.close() }
        for budget in ["{requests: 0}", "{tokens: 0}", "{money: 0}"] {
            let prices = ", prices: {prompt: 1, completion: 2}"
            let lines = try await run(config(server.url, budget, prices: prices), 5)
            #expect(lines.allSatisfy { $0.hasPrefix("deferred: the budget of role 'teacher'") }, "\(lines)")
        }
        #expect(server.requests.isEmpty)
    }

    @Test func moneyIsCountedByThePrices() async throws {
        let server = try TestServer { _, _ in "answer" }
        defer { server.close() }
        // 37 tokens at 1, 4 at 10, for a million: 0.000077 a request. At worst 64 answer tokens and a prompt of bytes.
        let prices = ", prices: {prompt: 1, completion: 10}"
        let lines = try await run(config(server.url, "{money: 0.0016}", prices: prices), 40)
        let paid = server.requests.count
        // The last ones wait until what is reserved for the others has come back: all but the last worst case is used.
        #expect(paid >= 10 && Double(paid) * 0.000077 <= 0.0016, "\(paid)")
        #expect(lines.count { $0.hasPrefix("reply: ") } == paid)
        #expect(lines.contains { $0.contains(" of 0.0016 in money)") })
    }

    /// A server that lies about everything: usage that is missing, negative, no number, too small, absurdly large or that of
    /// another choice; errors, dropped and cut connections, nonsense. Each request it has received is charged by hand, at
    /// its worst unless the usage can be believed, and the sum never exceeds the cap.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func noCapIsExceededWhateverTheServerSays(seed: UInt64) async throws {
        let lies: [(JSONValue, believed: (Int64, Int64)?)] = [
            (.null, nil), (["prompt_tokens": 30, "completion_tokens": 4], (30, 4)),
            (["prompt_tokens": -5, "completion_tokens": 4], nil), (["prompt_tokens": 30], nil),
            (["prompt_tokens": "30", "completion_tokens": 4], nil),
            (["prompt_tokens": 30, "completion_tokens": 0], nil),
            (["prompt_tokens": 0, "completion_tokens": 4], nil),
            (["prompt_tokens": 30, "completion_tokens": 1.5], nil),
            (["prompt_tokens": 9_223_372_036_854_775_807, "completion_tokens": 9_223_372_036_854_775_807], nil),
        ]
        let maxTokens: Int64 = 50
        let candidates = 2
        let spent = Mutex<(requests: Int64, tokens: Int64)>((0, 0))
        let server = try TestServer { request in
            // A number of its own for each request, the same for a seed.
            var mixed = (seed &* 0x9E37_79B9_7F4A_7C15) ^ (UInt64(request.number) &* 0xBF58_476D_1CE4_E5B9)
            mixed = (mixed ^ (mixed >> 31)) &* 0x94D0_49BB_1331_11EB
            let dice = Int((mixed >> 33) % 16)
            let worst =
                Int64(request.json["messages"]?.canonical.utf8.count ?? 0) + 2 + 64 + maxTokens * Int64(request.count)
            let charge = { (tokens: Int64) in
                spent.withLock {
                    $0.requests += 1
                    $0.tokens += tokens
                }
            }
            switch dice {
            case 8:
                charge(0)
                return .respond(429, "{}")
            case 9:
                charge(0)
                return .respond(500, "{}")
            case 10:
                charge(worst)
                return .drop
            case 11:
                charge(worst)
                return .cut("{\"choices\"")
            case 12:
                charge(worst)
                return .respond(200, "no JSON")
            default:
                let (usage, believed) = lies[dice % lies.count]
                charge(believed.map { $0.0 + $0.1 } ?? worst)
                var body = (try? JSONParser().parse(chatBody((0..<request.count).map { "text \($0)" })))?.object ?? []
                body = body.map { $0.0 == "usage" ? ("usage", usage) : $0 }
                return .respond(200, JSONValue.object(body).compact)
            }
        }
        defer { server.close() }
        let budget = Budget(requests: 60, tokens: 9000)
        // In two sessions, the second of which goes on with what the first has left.
        for _ in 0..<2 {
            _ = try await run(
                config(server.url, "{requests: 60, tokens: 9000}"), 80, candidates: candidates, maxTokens: maxTokens)
        }
        let total = spent.withLock { $0 }
        #expect(total.requests == Int64(server.requests.count))
        #expect(total.requests <= budget.requests ?? 0, "seed \(seed): \(total)")
        #expect(total.tokens <= budget.tokens ?? 0, "seed \(seed): \(total)")
        #expect(total.tokens > 7000, "seed \(seed): the cap was never near: \(total)")
    }
}
