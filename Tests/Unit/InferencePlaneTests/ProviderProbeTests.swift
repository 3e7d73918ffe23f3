import DataPlane
import Synchronization
import Testing

@testable import InferencePlane

/// What a probe makes of answers that say one thing and mean another.
@Suite(.timeLimit(.minutes(1)))
struct ProviderProbeTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A provider that answers everything, but for what a test says.
    private func probe(
        _ special: @escaping @Sendable (TestServer.Request) -> TestServer.Action? = { _ in nil }
    ) throws -> Result<ProviderCaps.Entry, Failure> {
        let server = try TestServer { request in
            if let action = special(request) { return action }
            switch request.path {
            case "/v1/models": return .respond(200, #"{"data": [{"id": "test-model"}]}"#)
            case "/v1/chat/completions":
                let count = Int64(request.count)
                return .respond(
                    200,
                    chatBody(
                        Array(repeating: "some words", count: request.count), finishReason: "length",
                        completionTokens: count * (request.json["max_tokens"]?.int ?? 1)))
            default: return .respond(404, "not here")
            }
        }
        defer { server.close() }
        var made = try ProviderProbe(scratch.config(url: server.url).providers[0], waitMicroseconds: 0)
        return Result { () throws(Failure) in
            guard let entry = try made?.run(at: "now") else { throw Failure("test", "no probe") }
            return entry
        }
    }

    @Test func aPlainServerIsKnownForWhatItIs() throws {
        let entry = try probe().get()
        #expect(entry.server == .init(flavour: "openai", version: nil, models: ["test-model"]))
        var expected = Capabilities()
        (expected.choices, expected.seed, expected.usage) = (.supported, .unknown, .allChoices)
        (expected.logprobs, expected.tools, expected.embeddings) = (.ignored, .ignored, .refused)
        (expected.jsonSchema, expected.jsonObject, expected.modelName) = (.ignored, .ignored, .ignored)
        #expect(entry.capabilities == expected)
    }

    @Test(arguments: [
        ("/props", #"{"build_info": "b9"}"#, "llama.cpp", "b9"), ("/version", #"{"version": "0.9"}"#, "vllm", "0.9"),
        ("/get_server_info", #"{"model_path": "m", "version": "0.4"}"#, "sglang", "0.4"),
    ])
    func eachServerHasAPathOfItsOwn(path: String, body: String, flavour: String, version: String) throws {
        let entry = try probe { $0.path == path ? .respond(200, body) : nil }.get()
        #expect(entry.server.flavour == flavour && entry.server.version == version)
    }

    @Test(
        arguments: [
            (4, nil, Capabilities.Usage.firstChoice), (8, nil, .allChoices), (5, nil, .firstChoice),
            (7, 7, .firstChoice),
        ] as [(Int64, Int64?, Capabilities.Usage)])
    func usageOfTwoChoicesThatWereCutOff(counted: Int64, predicted: Int64?, usage: Capabilities.Usage) throws {
        let entry = try probe { request in
            guard request.count == 2 else { return nil }
            let body = chatBody(["a", "b"], finishReason: "length", completionTokens: counted)
            let timings = predicted.map { #","timings":{"predicted_n":\#($0)}}"# } ?? "}"
            return .respond(200, body.dropLast() + timings)
        }.get()
        #expect(entry.capabilities.usage == usage)
    }

    @Test func anAnswerThatWasCutOffSaysNothingAboutItsForm() throws {
        let entry = try probe { request in
            request.json["response_format"] == nil
                ? nil : .respond(200, chatBody([#"{"answer": "bl"#], finishReason: "length"))
        }.get()
        #expect(entry.capabilities.jsonSchema == .unknown && entry.capabilities.jsonObject == .unknown)
    }

    @Test func toolsThatCannotBeInsistedOnAreToolsAllTheSame() throws {
        let call = """
            {"choices": [{"message": {"content": null, "tool_calls": [{"function": {"name": "report", "arguments": "{}"}}]}}]}
            """
        let entry = try probe { request in
            if request.json["tool_choice"] != nil { return .respond(400, #"{"error": "tool_choice must be auto"}"#) }
            return request.json["tools"] == nil ? nil : .respond(200, call)
        }.get()
        #expect(entry.capabilities.tools == .supported)
    }

    @Test(arguments: [
        ("<tool_call>\n{\"name\": \"report\", \"arg", "length", Capabilities.Support.unknown), ("", "length", .unknown),
        ("I will report that", "length", .ignored), ("<tool_call>?", "stop", .ignored),
    ])
    func aCallThatWasCutOffSaysNothing(text: String, finishReason: String, tools: Capabilities.Support) throws {
        let entry = try probe { request in
            request.json["tools"] == nil ? nil : .respond(200, chatBody([text], finishReason: finishReason))
        }.get()
        #expect(entry.capabilities.tools == tools)
    }

    /// SGLang takes seeds and does not heed them.
    @Test(arguments: [
        (["a", "a", "b"], Capabilities.Support.supported), (["a", "b", "c"], .ignored), (["a", "b", "a"], .ignored),
        (["a", "a", "a"], .unknown),
    ])
    func seedsAreHeededWhenTheSameGivesTheSame(texts: [String], seed: Capabilities.Support) throws {
        let asked = Mutex(0)
        let entry = try probe { request in
            guard request.json["seed"] != nil else { return nil }
            let text = asked.withLock { asked in
                defer { asked += 1 }
                return texts[asked]
            }
            return .respond(200, chatBody([text]))
        }.get()
        #expect(entry.capabilities.seed == seed)
    }

    /// vLLM and others, started for a model of vectors, know no chat.
    @Test func aServerOfVectorsAloneIsKnownAsOne() throws {
        let vectors = #"{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [2]}]}"#
        let entry = try probe { request in
            switch request.path {
            case "/v1/embeddings": .respond(200, vectors)
            case "/v1/chat/completions": .respond(404, #"{"detail": "Not Found"}"#)
            default: nil
            }
        }.get()
        #expect(entry.capabilities.embeddings == .supported && entry.capabilities.choices == .refused)
    }

    /// One that answers for vectors and is in trouble with all else is not taken for a server of vectors.
    @Test(arguments: [
        (401, "refused the key; check the secret named in api_key"), (429, "is busy; try again when it is not"),
        (500, "answered nothing but errors or rate limits for too long"),
    ])
    func whatMayPassSaysNothingOfWhatAServerCan(status: Int, sentence: String) throws {
        let vectors = #"{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [2]}]}"#
        let failure = #expect(throws: Failure.self) {
            try probe { $0.path == "/v1/embeddings" ? .respond(200, vectors) : .respond(status, #"{"error": "no"}"#) }
                .get()
        }
        #expect(failure?.message == "provider 't' could not be probed: it \(sentence) (HTTP \(status): no)")
    }

    /// A key that is turned down in the middle.
    @Test func aRefusedKeyIsNoRefusedCapability() throws {
        let entry = try probe { $0.json["tools"] == nil ? nil : .respond(401, "{}") }.get()
        #expect(entry.capabilities.tools == .unknown && entry.capabilities.seed != .refused)
    }

    @Test func aServerThatRefusesEvenThePlainestQuestionIsQuoted() throws {
        let failure = #expect(throws: Failure.self) {
            try probe { _ in .respond(400, #"{"detail": "no template"}"#) }.get()
        }
        #expect(
            failure?.message
                == "provider 't' could not be probed: it refuses the plainest question (HTTP 400: no template)")
    }

    @Test func aServerThatIsStillLoadingIsWaitedFor() throws {
        let loading = TestServer.Action.respond(503, #"{"error":{"code":503,"message":"Loading model"}}"#)
        #expect(try probe { $0.number < 4 ? loading : nil }.get().capabilities.choices == .supported)
        let failure = #expect(throws: Failure.self) { try probe { _ in loading }.get() }
        #expect(
            failure?.message
                == "provider 't' could not be probed: it is busy; try again when it is not (HTTP 503: Loading model)")
    }

    /// A passing failure in the middle leaves one thing unknown and nothing else.
    @Test func whatCannotBeFoundOutIsUnknown() throws {
        let entry = try probe { $0.json["seed"] == nil ? nil : .respond(502, "") }.get()
        #expect(entry.capabilities.seed == .unknown && entry.capabilities.choices == .supported)
    }

    @Test func theKeyIsNotQuotedBack() throws {
        _ = try scratch.write("key", "sk-secret-1")
        let server = try TestServer { request in
            .respond(401, #"{"error": "no such key: \#(request.headers["authorization"] ?? "")"}"#)
        }
        defer { server.close() }
        let config = try scratch.config(url: server.url, extra: "api_key: {file: key}")
        var made = try ProviderProbe(config.providers[0])
        let failure = #expect(throws: Failure.self) { try made?.run(at: "now") }
        #expect(
            failure?.message
                == "provider 't' could not be probed: it refused the key; check the secret named in api_key "
                + "(HTTP 401: no such key: Bearer ***)")
    }
}
