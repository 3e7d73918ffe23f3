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
            return
        }
        kind = .folder
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
        let tokenizer: JSONValue =
            names.contains("tokenizer_config.json") ? try Self.json("\(path)/tokenizer_config.json") : .null
        hasChatTemplate =
            names.contains("chat_template.jinja") || tokenizer["chat_template"].map { $0 != .null } ?? false
        let vocabulary: JSONValue =
            names.contains("tokenizer.json") ? try Self.json("\(path)/tokenizer.json") : .null
        specialTokens = (vocabulary["added_tokens"]?.array ?? []).filter { $0["special"]?.bool == true }
            .compactMap { $0["content"]?.string }
        var count = 0
        for name in weights { count = count.addingClamped(try Self.safetensors("\(path)/\(name)")) }
        parameters = weights.isEmpty ? nil : count
    }

    private static func json(_ path: String) throws(Failure) -> JSONValue {
        let bytes = try readFile(path)
        let parsed = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
        }
        guard case .success(let json) = parsed else {
            throw Failure("student", "'\(path)' is not JSON; fetch it anew")
        }
        return json
    }

    /// The number of parameters in a file of weights: its header is JSON after its length (safetensors' README, "Format").
    private static func safetensors(_ path: String) throws(Failure) -> Int {
        var reader = try BinaryReader(path)
        let header = Array(try reader.bytes(try reader.integer(UInt64.self)))
        guard let json = try? JSONParser().parse(String(decoding: header, as: UTF8.self)) else {
            throw reader.damaged()
        }
        var count = 0
        for (name, tensor) in json.object ?? [] where name != "__metadata__" {
            let shape = tensor["shape"]?.array?.compactMap(\.int) ?? []
            count = count.addingClamped(shape.reduce(1) { $0.multipliedClamped(by: Int(clamping: $1)) })
        }
        return count
    }
}
