import DataPlane
import Foundation
import Synchronization
import Testing

@testable import InferencePlane

/// `configs/provider_gateway_contract.yaml` says what the code does.
@Suite(.timeLimit(.minutes(1)))
struct ContractTests {
    let contract: JSONValue

    init() throws {
        contract = try YAMLDocument.load(packageRoot + "/configs/provider_gateway_contract.yaml").root.json
    }

    private func names(_ json: JSONValue?) -> [String] { (json?.array ?? []).compactMap(\.string) }

    @Test func headersAndBodyMembers() {
        let headers = contract["headers"]?.array ?? []
        #expect(headers.compactMap { $0["name"]?.string } == Envelope.traceHeaders)
        #expect(
            headers.compactMap { $0["field"]?.string } == [
                "trace.run_id", "trace.sample_id", "trace.shard", "provider_id", "trace.shaped",
            ])
        #expect(names(contract["body"]?["own_members"]) == Envelope.ownMembers)
        let members = ["provider_id", "model", "decode", "constraints", "trace"]
        #expect(contract["envelope"]?.object?.map(\.0) == members)
    }

    @Test func theSchemaIsSentInTheStatedForm() throws {
        let request = question("a", constraints: ["json_schema": "constraints.json_schema"])
        let body = Envelope(
            providerID: "t", model: "m", request: request, messages: request.messages.canonical, candidates: [0]
        ).bodyText
        #expect(try JSONParser().parse(body)["response_format"] == contract["body"]?["response_format"])
        let loose = question("a", constraints: ["json_object": true])
        let other = Envelope(
            providerID: "t", model: "m", request: loose, messages: loose.messages.canonical, candidates: [0]
        ).bodyText
        #expect(try JSONParser().parse(other)["response_format"] == contract["body"]?["response_format_json_object"])
        #expect(!other.contains(#""json_object":true"#))
    }

    @Test func replyKeysHashTheFieldsInTheStatedOrder() {
        let request = question("a", round: 4, parameters: ["seed": 1, "stop": ["x"], "n": 3])
        let canonical = CanonicalQuestion(request)
        let values = [
            "provider_id": "p", "model": "m", "revision": "r", "messages": #"[{"content":"a","role":"user"}]"#,
            "constraints": #"{"stop":["x"]}"#, "decode": #"{"seed":1}"#, "candidate": "2", "round": "4",
        ]
        var hash = SHA256()
        hash.update(contract["reply_key"]?["prefix"]?.string ?? "")
        for name in names(contract["reply_key"]?["fields"]) { hash.update(field: values[name] ?? "?") }
        let key = ReplyKey(providerID: "p", model: "m", revision: "r", question: canonical, candidate: 2, round: 4)
        let expected = hash.finish()
        #expect(key.hexadecimal == expected)
    }

    /// The scope an entry of `failures` states.
    private func scope(_ entry: JSONValue) throws -> FailureScope {
        switch entry["scope"]?.string {
        case "row": return .row(entry["code"]?.string ?? "")
        case "provider":
            let reason = PauseReason(rawValue: entry["reason"]?.string ?? "")
            return .provider(try #require(reason))
        case "passing":
            guard let blames = entry["blames_row"]?.bool else { throw Failure("test", "an entry without blames_row") }
            return .passing(blamesRow: blames)
        default: throw Failure("test", "an entry without scope")
        }
    }

    @Test func failuresHaveTheStatedScope() throws {
        let none = ProviderError(message: "", labels: [], number: nil)
        for entry in try #require(contract["failures"]?.array) {
            let expected = try scope(entry)
            let labels = names(entry["labels"]).map { ProviderError(message: "", labels: [$0], number: nil) }
            let phrases = names(entry["says"]).map {
                ProviderError(message: "Well, " + $0.uppercased() + "!", labels: [], number: nil)
            }
            let parameters = names(entry["params"]).map {
                ProviderError(message: "", labels: [], number: nil, parameter: $0)
            }
            let stated = labels + phrases + parameters
            let errors = stated.isEmpty ? [none] : stated
            let statuses =
                entry["status"]?.array?.compactMap { $0.int.map(Int.init) } ?? [400, 403, 404, 429, 500, 503]
            for status in statuses {
                for error in errors {
                    #expect(FailureScope(status: status, error: error) == expected, "\(status) \(error)")
                }
            }
        }
    }

    @Test func vectorsAreAskedForAndNamedAsStated() throws {
        let request = CompletionRequest(
            embedding: ["a", "b"], role: "r", trace: .init(runID: "r", node: "n", sampleID: "s", shard: 0))
        let body = try JSONParser().parse(
            Envelope(providerID: "p", model: "m", request: request, messages: "", candidates: [1]).bodyText)
        #expect(body == ["model": "m", "input": ["b"]])
        let stated = contract["embeddings"]
        #expect(body.object?.map(\.0) == names(stated?["body"]))
        let values = ["provider_id": "p", "model": "m", "revision": "r", "text": "b"]
        var hash = SHA256()
        hash.update(stated?["reply_key"]?["prefix"]?.string ?? "")
        for name in names(stated?["reply_key"]?["fields"]) { hash.update(field: values[name] ?? "?") }
        let expected = hash.finish()
        #expect(ReplyKey(providerID: "p", model: "m", revision: "r", embedding: "b").hexadecimal == expected)
    }

    @Test func shapingHasTheStatedNames() {
        #expect(contract["shaping"]?.object?.map(\.0) == RequestShape.Change.allCases.map(\.rawValue))
    }

    @Test func statusesThatAreNotListedFollowTheirNeighbours() {
        let none = ProviderError(message: "", labels: [], number: nil)
        #expect(FailureScope(status: 499, error: none) == .provider(.wrongEndpoint))
        #expect(FailureScope(status: 598, error: none) == .passing(blamesRow: true))
    }

    @Test func transferFailuresBlameAsStated() throws {
        for entry in try #require(contract["transfer_failures"]?.array) {
            let failure = try #require(TransferFailure(rawValue: entry["name"]?.string ?? ""))
            #expect(failure.blamesRow == entry["blames_row"]?.bool, "\(failure)")
        }
        #expect(contract["transfer_failures"]?.array?.count == TransferFailure.allCases.count)
    }

    @Test func pauseReasonsAreAllListed() {
        #expect(Set(names(contract["pause_reasons"])) == Set(PauseReason.allCases.map(\.rawValue)))
    }

    @Test func replayLinesHaveTheStatedMembers() {
        #expect(names(contract["replay_line"]?["members"]) == ReplayLine.members)
    }

    private static func answer(_ text: String, once isTime: borrowing Atomic<Bool>) -> TestServer.Action {
        while !isTime.load(ordering: .acquiring) { usleep(1000) }
        return .respond(200, chatBody([text], completionTokens: 100_000))
    }

    @Test func eventsHaveTheStatedMembers() async throws {
        let scratch = try Scratch()
        let events = EventRecorder()
        let isJoined = Atomic(false)
        let server = try TestServer { request in
            switch request.number {
            case 1: .drop
            case 2: .respond(200, chatBody(["a", "b"], finishReason: "length", completionTokens: 64, model: "other"))
            case 3: Self.answer("c", once: isJoined)
            default: .respond(401, "{}")
            }
        }
        defer { server.close() }
        var config = try scratch.config(url: server.url)
        config.providers[0].capabilities = Capabilities()
        config.providers[0].capabilities?.tokenLimit = .maxCompletionTokens
        let gateway = try Gateway(config, replyStorePath: scratch.store, events: events)
        _ = await gateway.ask(question("a", candidates: 2))
        _ = await gateway.ask(question("a", candidates: 2))
        let equal = (0..<2).map { gateway.start(question("c", sample: "c\($0)")) }
        isJoined.store(true, ordering: .releasing)
        for answer in equal { _ = await answer.line }
        _ = await gateway.ask(question("b"))
        // A budget of its own for a role of its own: nothing else of this test is in its way.
        var poor = try scratch.config(url: server.url)
        poor.budgets = ["teacher": Budget(requests: 0)]
        _ = try await Gateway(poor, replyStorePath: scratch.store, events: events).ask(question("d"))
        var seen: Set<String> = []
        for (kind, stated) in try #require(contract["events"]?.object) {
            let always = Set(names(stated["members"]))
            let sometimes = Set(names(stated["sometimes"]))
            let recorded = events.all(kind)
            #expect(!recorded.isEmpty, "\(kind)")
            for event in recorded {
                let members = Set((event.object ?? []).map(\.0))
                #expect(always.isSubset(of: members), "\(kind) lacks \(always.subtracting(members))")
                #expect(members.isSubset(of: always.union(sometimes)), "\(kind) has \(members.subtracting(always))")
                seen.formUnion(members.intersection(sometimes).map { "\(kind).\($0)" })
            }
        }
        // Each of the members that stand there sometimes does so in this run.
        #expect(
            seen == [
                "request.failure", "request.prompt_tokens", "request.completion_tokens",
                "request.counts_first_choice_only", "request.answered_as", "request.shaped", "reply_cached.coalesced",
            ])
    }

    @Test func theExampleProvidersFileIsValid() throws {
        let config = try ProviderConfig.load(packageRoot + "/configs/provider_gateway.yaml")
        #expect(config.roles.map(\.name) == ["teacher", "judge", "student"])
    }

    @Test func theCommentedKeysOfTheExampleAreValidToo() throws {
        let scratch = try Scratch()
        let text = try String(contentsOfFile: packageRoot + "/configs/provider_gateway.yaml", encoding: .utf8)
        // A comment that begins with a known key is a setting in waiting.
        let keys = [
            "replies:", "retry_rejected:", "- id:", "  kind:", "  url:", "  model:", "  revision:", "  concurrency:",
            "  api_key: {env", "  share_replies", "  timeouts:", "  retry:", "  limits:", "  prices:", "budgets:",
        ]
        let lines = text.components(separatedBy: "\n").map { line -> String in
            let body = line.drop { $0 == " " }
            guard body.hasPrefix("# "), keys.contains(where: body.dropFirst(2).hasPrefix) else { return line }
            return String(line.prefix(line.count - body.count) + body.dropFirst(2))
        }
        let config = try scratch.config(lines.joined(separator: "\n"))
        #expect(config.providers.map(\.id) == ["recorded", "local", "cloud"])
        guard case .openai(let endpoint) = config.providers[1].kind else { throw Failure("test", "not openai") }
        // The comments give the defaults.
        #expect(endpoint.retry == RetryPolicy())
        #expect(
            endpoint.timeouts
                == .init(
                    connectMilliseconds: 10_000, firstByteMilliseconds: 300_000, stallMilliseconds: 60_000,
                    totalMilliseconds: 600_000))
    }
}

extension Envelope {
    fileprivate var bodyText: String { String(decoding: body, as: UTF8.self) }
}
