import DataPlane

/// The model that shall be trained, as far as its files tell.
struct StudentFiles {
    enum Kind { case folder, gguf }

    let path: String
    let kind: Kind
    let hasChatTemplate: Bool
    let specialTokens: [String]
    /// Nil when the weights are not in a form that says so.
    let parameters: Int?
    /// Of its context; nil when it does not say.
    let contextTokens: Int?

    /// - Parameter path: a GGUF file, or a folder as `save_pretrained` of transformers writes it.
    /// - Throws: ``Failure`` of code `student`, a sentence with the remedy.
    init(_ path: String) throws(Failure) {
        self.path = path
        guard let found = PathKind(path) else {
            throw Failure("student", "there is no student at '\(path)'; give its folder or GGUF file")
        }
        guard found == .folder else {
            let header = try GGUFHeader(path)
            kind = .gguf
            hasChatTemplate = header.chatTemplate != nil
            specialTokens = header.specialTokens
            parameters = header.parameters
            contextTokens = header.contextTokens
            try Self.check(contextTokens, path)
            return
        }
        kind = .folder
        // Whoever opens a pipe in it waits for ever, whatever reads the file.
        _ = try modelContents(path)
        let names = try fileNames(in: path)
        guard names.contains("config.json") else {
            throw Failure("student", "the student's folder '\(path)' has no config.json; give the folder that has")
        }
        let weights = names.filter { $0.hasSuffix(".safetensors") }
        guard !weights.isEmpty || names.contains(where: { $0.hasSuffix(".bin") }) else {
            throw Failure(
                "student", "the student's folder '\(path)' has no weights (*.safetensors); fetch them into it")
        }
        guard names.contains("tokenizer.json") || names.contains("tokenizer.model") else {
            throw Failure(
                "student", "the student's folder '\(path)' has no tokenizer.json; save its tokenizer there too")
        }
        let config = try Self.json("\(path)/config.json")
        contextTokens = config["max_position_embeddings"]?.int.map { Int($0) }
        try Self.check(contextTokens, "\(path)/config.json")
        let tokenizer: JSONValue =
            names.contains("tokenizer_config.json") ? try Self.json("\(path)/tokenizer_config.json") : .null
        hasChatTemplate =
            names.contains("chat_template.jinja") || tokenizer["chat_template"].map { $0 != .null } ?? false
        let vocabulary: JSONValue =
            names.contains("tokenizer.json") ? try Self.json("\(path)/tokenizer.json") : .null
        specialTokens = (vocabulary["added_tokens"]?.array ?? []).filter { $0["special"]?.bool == true }
            .compactMap { $0["content"]?.string }
        var count = 0
        for name in weights { count = count.addingClamped(try SafetensorsHeader("\(path)/\(name)").parameters) }
        parameters = weights.isEmpty ? nil : count
    }

    /// An object of JSON.
    private static func json(_ path: String) throws(Failure) -> JSONValue {
        let bytes = try readFile(path, allowing: .regularFiles)
        let parsed = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
        }
        guard case .success(let json) = parsed else {
            throw Failure("student", "'\(path)' is not JSON; fetch it anew")
        }
        guard case .object = json else { throw Failure("student", "'\(path)' is no object of JSON; fetch it anew") }
        return json
    }

    private static func check(_ contextTokens: Int?, _ path: String) throws(Failure) {
        guard let contextTokens, contextTokens <= 0 else { return }
        throw Failure(
            "student", "'\(path)' says that the student's context has \(contextTokens) tokens; fetch it anew")
    }
}
