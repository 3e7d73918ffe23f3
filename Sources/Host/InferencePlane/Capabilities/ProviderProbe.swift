import DataPlane

/// Finds out what a provider can do, by a dozen small questions.
///
/// ```swift
/// let found = try ProviderProbe(provider).run(at: "2026-05-01T12:00:00Z")
/// found.capabilities.choices   // .ignored
/// ```
public struct ProviderProbe {
    private let client: ProbeClient
    private let provider: Provider
    private var capabilities = Capabilities()

    /// Nil for recorded replies, of which nothing has to be found out.
    ///
    /// - Throws: ``Failure`` when the key is not there.
    public init?(_ provider: Provider) throws(Failure) {
        try self.init(provider, waitMicroseconds: 1_000_000)
    }

    init?(_ provider: Provider, waitMicroseconds: UInt32) throws(Failure) {
        guard let endpoint = provider.endpoint else { return nil }
        self.provider = provider
        client = try ProbeClient(provider, endpoint, waitMicroseconds: waitMicroseconds)
    }

    /// Asks.
    ///
    /// - Parameter time: for the entry.
    /// - Throws: ``Failure``: the provider cannot be reached, refuses the key, does not know the model, or answers not even
    ///   the plainest question.
    public mutating func run(at time: String) throws(Failure) -> ProviderCaps.Entry {
        let server = try findServer()
        if let first = try askPlainly() {
            if first.isUnknownThere, try askForVectors() == .supported { return entry(server, at: time, .vectorsOnly) }
            throw refusal(first, server)
        }
        try askForChoices()
        capabilities.seed = try askForSeeds()
        capabilities.logprobs = try support(of: [("logprobs", true), ("top_logprobs", 2)]) {
            $0["logprobs"]?["content"]?.array?.isEmpty == false
        }
        try askForJSON()
        capabilities.tools = try askForTools()
        capabilities.embeddings = try askForVectors()
        let other = try chat(Self.plain, [], model: "fastdistill-probe-no-such-model")
        capabilities.modelName = other.isAnswer ? .ignored : other.isRefusal ? .supported : .unknown
        return entry(server, at: time, capabilities)
    }

    private func entry(
        _ server: ProviderCaps.Server, at time: String, _ capabilities: Capabilities
    ) -> ProviderCaps.Entry {
        ProviderCaps.Entry(
            id: provider.id, model: provider.model, probedAt: time, server: server, capabilities: capabilities)
    }

    // MARK: Questions

    private static let plain = "Say yes."
    /// Has many answers.
    private static let open = "Write one surprising sentence about anything."
    /// Long enough an answer to be cut off.
    private static let long = "Count from one to one hundred in words."

    private func chat(
        _ text: String, _ members: [(String, JSONValue)], maxTokens: Int64 = 8, model: String? = nil
    ) throws(Failure) -> ProbeClient.Response {
        let body: [(String, JSONValue)] = [
            ("model", .string(model ?? provider.model)), ("messages", [["role": "user", "content": .string(text)]]),
            (capabilities.tokenLimit.rawValue, .int(maxTokens)),
        ]
        return try client.post("/chat/completions", .object(body + members))
    }

    /// What becomes of some members of a request.
    ///
    /// - Parameter isKept: whether the first choice shows that they were heeded.
    private func support(
        of members: [(String, JSONValue)], asking text: String = plain, maxTokens: Int64 = 8,
        isKept: (JSONValue) -> Bool?
    ) throws(Failure) -> Capabilities.Support {
        let response = try chat(text, members, maxTokens: maxTokens)
        guard response.isAnswer else { return response.isRefusal ? .refused : .unknown }
        guard let choice = response.json["choices"]?.array?.first else { return .unknown }
        return isKept(choice).map { $0 ? .supported : .ignored } ?? .unknown
    }

    /// Which server it is: each has a path of its own (llama.cpp tools/server/README.md, vLLM "OpenAI-Compatible Server",
    /// SGLang "Server API").
    private func findServer() throws(Failure) -> ProviderCaps.Server {
        var server = ProviderCaps.Server()
        let list = try client.get(client.endpoint.url(of: "/models"))
        server.models = list.isAnswer ? list.json["data"]?.array?.compactMap { $0["id"]?.string } : nil
        let properties = try client.get(client.root + "/props").json
        if properties["default_generation_settings"] != nil || properties["build_info"] != nil {
            server.flavour = "llama.cpp"
            server.version = properties["build_info"]?.string
            return server
        }
        let information = try client.get(client.root + "/get_server_info").json
        if information["model_path"] != nil {
            server.flavour = "sglang"
            server.version = information["version"]?.string
            return server
        }
        if let version = try client.get(client.root + "/version").json["version"]?.string {
            server.flavour = "vllm"
            server.version = version
        }
        return server
    }

    /// What answers the plainest question, if that is no answer; nil if it is.
    private mutating func askPlainly() throws(Failure) -> ProbeClient.Response? {
        var response = try chat(Self.plain, [])
        let first = response
        if !response.isAnswer {
            capabilities.tokenLimit = .maxCompletionTokens
            response = try chat(Self.plain, [])
        }
        let isAnswered = response.isAnswer && response.json["choices"]?.array?.isEmpty == false
        return isAnswered ? nil : first
    }

    private func refusal(_ response: ProbeClient.Response, _ server: ProviderCaps.Server) -> Failure {
        var failure = client.refusal(response)
        if let models = server.models, !models.contains(provider.model) {
            failure.message += "; it lists the models \(models.prefix(10).joined(separator: ", "))"
        }
        return failure
    }

    private mutating func askForChoices() throws(Failure) {
        let limit: Int64 = 4
        let response = try chat(Self.long, [("n", 2)], maxTokens: limit)
        guard response.isAnswer, let answer = ChatResponse(response.json, maxTokens: limit) else {
            capabilities.choices = response.isRefusal ? .refused : .unknown
            return
        }
        capabilities.choices = answer.choices.count >= 2 ? .supported : .ignored
        guard let counted = answer.completionTokens else {
            capabilities.usage = .none
            return
        }
        guard answer.choices.count >= 2 else { return }
        capabilities.usage =
            answer.countsFirstChoiceOnly ? .firstChoice : counted > limit ? .allChoices : .unknown
    }

    /// The same seed twice and another once, where chance decides.
    private func askForSeeds() throws(Failure) -> Capabilities.Support {
        var texts: [String] = []
        for seed: Int64 in [7, 7, 8] {
            let response = try chat(Self.open, [("seed", .int(seed)), ("temperature", 1)], maxTokens: 16)
            guard response.isAnswer, let answer = ChatResponse(response.json, maxTokens: nil) else {
                return response.isRefusal ? .refused : .unknown
            }
            texts.append(answer.choices[0].text)
        }
        if texts[0] != texts[1] { return .ignored }
        // One that always says the same shows nothing.
        return texts[1] == texts[2] ? .unknown : .supported
    }

    private mutating func askForJSON() throws(Failure) {
        let schema: JSONValue = [
            "type": "object", "properties": ["answer": ["type": "string", "enum": ["blue"]]], "required": ["answer"],
            "additionalProperties": false,
        ]
        let format: JSONValue = [
            "type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": schema],
        ]
        // The question asks for something else, so that only a server that enforces the schema keeps to it.
        let parser = JSONParser()
        let words = "Greet me in one plain sentence, without any JSON."
        let keeps = { (choice: JSONValue, fits: (JSONValue) -> Bool) -> Bool? in
            let text = choice["message"]?["content"]?.string ?? ""
            if let json = try? parser.parse(text) { return fits(json) }
            // Cut off, or all of it spent on reasoning: that says nothing.
            let isOpen = text.isEmpty || text.drop(while: \.isWhitespace).first == "{"
            return isOpen && choice["finish_reason"] == "length" ? nil : false
        }
        capabilities.jsonSchema = try support(of: [("response_format", format)], asking: words, maxTokens: 64) {
            keeps($0) { JSONSchema(schema).mismatch($0) == nil }
        }
        capabilities.jsonObject = try support(
            of: [("response_format", ["type": "json_object"])],
            asking: "Greet me in one plain sentence, as the member \"greeting\" of a JSON object.", maxTokens: 64
        ) { keeps($0) { $0.object != nil } }
    }

    private func askForTools() throws(Failure) -> Capabilities.Support {
        let tool: JSONValue = [
            "type": "function",
            "function": [
                "name": "report", "description": "Reports that you are here.", "strict": true,
                "parameters": ["type": "object", "properties": [:], "required": [], "additionalProperties": false],
            ],
        ]
        let words = "Call the function 'report' now."
        let called = { (choice: JSONValue) -> Bool? in
            if choice["message"]?["tool_calls"]?.array?.isEmpty == false { return true }
            // A call that was cut off: that says nothing.
            let start = choice["message"]?["content"]?.string?.first { !$0.isWhitespace }
            return choice["finish_reason"] == "length" && start.map("<{[".contains) ?? true ? nil : false
        }
        let forced = try support(
            of: [("tools", [tool]), ("tool_choice", "required")], asking: words, maxTokens: 64, isKept: called)
        if forced != .refused { return forced }
        // Some know tools, but not how to insist on them.
        return try support(of: [("tools", [tool])], asking: words, maxTokens: 64, isKept: called)
    }

    private func askForVectors() throws(Failure) -> Capabilities.Support {
        let response = try client.post("/embeddings", ["model": .string(provider.model), "input": ["one", "two"]])
        guard response.isAnswer else { return response.isRefusal ? .refused : .unknown }
        let vectors = response.json["data"]?.array ?? []
        return vectors.count == 2 && vectors.allSatisfy { $0["embedding"]?.array?.isEmpty == false }
            ? .supported : .ignored
    }
}
