import DataPlane
import Foundation
import Testing

@testable import InferencePlane

@Suite(.timeLimit(.minutes(1)))
struct ReplayTests {
    let scratch: Scratch
    let events = EventRecorder()

    init() throws { scratch = try Scratch() }

    private func replayConfig(_ file: String, model: String = "test-model") throws -> ProviderConfig {
        try scratch.config(
            """
            fastdistill: 1
            providers:
              - {id: recorded, kind: replay, model: \(model), revision: r1, file: \(file)}
            roles:
              teacher: [{provider: recorded}]
            """)
    }

    /// Records some answers of every kind and returns their outcomes by question.
    private func record(runs: [String] = ["run-1"]) async throws -> [[String]] {
        let server = try TestServer { request in
            switch request.question {
            case "bad": .respond(400, #"{"error": "no \"thanks\""}"#)
            default: .respond(200, chatBody((0..<request.count).map { "\(request.question) \($0)\n😀" }))
            }
        }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        var lines: [[String]] = []
        for run in runs {
            for text in ["a", "b", "bad"] {
                var request = question(text + (run == "run-1" ? "" : run), candidates: 2)
                if text == "bad" { request = question(text, candidates: 2) }
                request.trace.runID = run
                lines.append(await gateway.ask(request).map(\.line))
            }
        }
        gateway.shutdown(drainSeconds: 1)
        return lines
    }

    @Test func aRecordedRunCanBeReplayed() async throws {
        let recorded = try await record()
        let file = scratch.path + "/replies.jsonl"
        #expect(try exportReplies(store: scratch.store, to: file) == 6)
        let replayEvents = EventRecorder()
        let gateway = try Gateway(
            replayConfig("replies.jsonl"), replyStorePath: scratch.path + "/none.sqlite", events: replayEvents)
        var replayed: [[String]] = []
        for text in ["a", "b", "bad"] { replayed.append(await gateway.ask(question(text, candidates: 2)).map(\.line)) }
        #expect(replayed == recorded)
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/none.sqlite"))
        let requests = replayEvents.all("request")
        #expect(requests.map { $0["replayed"] } == [true, true, true])
        #expect(requests.map { $0["cached"] } == [false, false, false])
        #expect(requests.map { $0["completion_tokens"] } == [8, 8, nil])
        let outcome = await gateway.ask(question("a", candidates: 1))[0].reply
        #expect(outcome?.providerID == "recorded" && outcome?.promptTokens == 37 && outcome?.completionTokens == 4)
    }

    @Test func aMissingReplyRejectsItsRow() async throws {
        _ = try scratch.write("empty.jsonl", "")
        let gateway = try Gateway(replayConfig("empty.jsonl"), replyStorePath: scratch.store, events: events)
        let request = question("a")
        let key = ReplyKey(
            providerID: "", model: "test-model", revision: "r1", question: CanonicalQuestion(request), candidate: 0,
            round: 0)
        #expect(
            await gateway.ask(request)[0].line
                == "rejected not_recorded: the replay file has no reply \(key.hexadecimal)")
        #expect(events.all("request").map { $0["status"] } == [404])
    }

    @Test func anExportIsSortedAndTheSameWhateverTheOrder() async throws {
        _ = try await record()
        let (one, two) = (scratch.path + "/1.jsonl", scratch.path + "/2.jsonl")
        try exportReplies(store: scratch.store, to: one)
        try exportReplies(store: scratch.store, to: two)
        let text = try String(contentsOfFile: one, encoding: .utf8)
        #expect(try text == String(contentsOfFile: two, encoding: .utf8))
        let keys = try text.split(separator: "\n").map { try JSONParser().parse(String($0))["key"]?.string ?? "" }
        #expect(keys.count == 6 && keys == keys.sorted())
        #expect(
            text.split(separator: "\n").contains {
                $0.hasSuffix(
                    #""rejected":"request_rejected","detail":"HTTP 400: no \"thanks\"","provider_id":"t","model":"test-model"}"#
                )
            })
    }

    @Test func anExportOfARunHasWhatThatRunUsed() async throws {
        _ = try await record(runs: ["run-1", "run-2"])
        let file = scratch.path + "/run.jsonl"
        // run-2 asked two questions of its own and used the refusal that run-1 had got.
        #expect(try exportReplies(store: scratch.store, to: file, run: "run-2") == 6)
        #expect(try exportReplies(store: scratch.store, to: scratch.path + "/all.jsonl") == 10)
    }

    @Test func anUnknownRunIsRefusedAndNoFileIsReplaced() async throws {
        _ = try await record()
        func failure(_ file: String, run: String? = nil) -> Failure? {
            do throws(Failure) { try exportReplies(store: scratch.store, to: file, run: run) } catch { return error }
            return nil
        }
        let old = try scratch.write("old.jsonl", "old")
        #expect(failure(old)?.message == "'\(old)' is there already; name another file, or remove it")
        #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
        // Not the store itself either.
        #expect(failure(scratch.store)?.code == "usage")
        #expect(
            failure(scratch.path + "/new.jsonl", run: "run-9")?.message
                == "the reply store '\(scratch.store)' has no run 'run-9'")
        #expect(PathKind(scratch.path + "/new.jsonl") == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.contains(".new") } == [])
    }

    @Test func aReplayFileOfManyLinesIsFoundByKey() throws {
        let count = 3000
        let text = (0..<count).map { index in
            // Long lines, so that they cross the borders of what is read at once.
            let key = sha256Hex(of: "\(index)")
            return #"{"key": "\#(key)", "text": "\#(index)\#(String(repeating: "x", count: index % 997))"}"#
        }
        let path = try scratch.write("many.jsonl", text.joined(separator: "\r\n") + "\n\n")
        let config = try replayConfig("many.jsonl")
        let file = try ReplayFile(path, provider: config.providers[0])
        for index in 0..<count {
            let key = try #require(ReplyKey(hexadecimal: sha256Hex(of: "\(index)")))
            let answer = try file.find(key)
            guard case .reply(let reply) = answer?.content else { throw Failure("test", "no reply \(index)") }
            #expect(reply.text == "\(index)" + String(repeating: "x", count: index % 997))
            #expect(reply.finishReason == "stop" && reply.promptTokens == nil)
        }
        #expect(try file.find(ReplyKey(bytes: [UInt8](repeating: 0, count: 32))) == nil)
    }

    private static let key = String(repeating: "0a", count: 32)

    @Test(arguments: [
        ("[]", "a line must be an object, not an array"),
        ("{", "not JSON: "),
        (#"{"text": "x"}"#, "key must be 64 hexadecimal digits in lower case"),
        (#"{"key": "0A", "text": "x"}"#, "key must be 64 hexadecimal digits in lower case"),
        (#"{"key": "KEY"}"#, "text is missing"),
        (#"{"key": "KEY", "text": 1}"#, "text must be a string, not an integer"),
        (#"{"key": "KEY", "text": "x", "prompt_tokens": -1}"#, "prompt_tokens must be a count"),
        (#"{"key": "KEY", "text": "x", "reasoning": []}"#, "reasoning must be a string, not an array"),
        (
            #"{"key": "KEY", "text": "x", "finish_resaon": "stop"}"#,
            "unknown member 'finish_resaon'; did you mean 'finish_reason'?"
        ),
        (
            "{\"key\": \"KEY\", \"text\": \"x\"}\n{\"key\": \"KEY\", \"text\": \"y\"}",
            "the key stands twice; it is already in line 2"
        ),
    ])
    func aWrongLineIsNamed(lines: String, message: String) throws {
        let path = try scratch.write("wrong.jsonl", "\n" + lines.replacing("KEY", with: Self.key))
        let number = lines.contains("\n") ? 3 : 2
        do {
            _ = try Gateway(replayConfig("wrong.jsonl"), replyStorePath: scratch.store, events: events)
            Issue.record("accepted")
        } catch let failure as Failure {
            let text = FailureRenderer.render(failure)
            let expected = "\(path):\(number): error: \(message)"
            #expect(message == "not JSON: " ? text.hasPrefix(expected) : text == expected)
        }
    }
}
