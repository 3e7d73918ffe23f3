import DataPlane

extension GraphReader {
    static let trainKeys = [
        "student", "prompt", "answer", "validation_share", "seed", "max_tokens", "trl", "command",
    ]

    private static let trainerCommandKeys = [
        "run", "resume", "checkpoints", "log", "counts", "python", "packages", "outputs",
    ]

    mutating func readTrain(_ node: YAMLNode?) {
        guard let node else { return }
        let map = reader.map(node, "'train'", keys: Self.trainKeys)
        guard case .mapping = node.content else {
            graph.incomplete.insert("'train'")
            return
        }
        var train = RawTrain(node: node)
        if map["student"] == nil {
            missing(
                "student", in: map, "'student' of 'train'",
                "it names the model that is trained, a folder or a GGUF file")
        }
        train.student = readPath(map["student"], "'student' of 'train'", folders: true)
        train.prompt = map["prompt"].flatMap { columnPath($0, "'prompt' of 'train'") }
        train.answer = required(map, "answer", of: "'train'").flatMap { columnPath($0, "'answer' of 'train'") }
        train.validationShare = reader.number(map["validation_share"], "'validation_share' of 'train'", in: 0...0.9)
        train.seed = reader.integer(map["seed"], "'seed' of 'train'", in: 0...Int64(UInt32.max))
        train.maximumTokens = reader.integer(map["max_tokens"], "'max_tokens' of 'train'", in: 1...10_000_000)
        switch (map["trl"], map["command"]) {
        case (let trl?, nil): train.trainer = readTRL(trl)
        case (nil, let command?): train.trainer = readTrainerCommand(command)
        case (nil, nil):
            if !map.misspelled.contains("trl"), !map.misspelled.contains("command") {
                reader.note("'train' has no trainer; give it 'trl' or 'command'", at: node)
            }
        case (_?, let command?):
            reader.note("'train' has two trainers, 'trl' and 'command'; leave one out", at: command)
        }
        graph.train = train
    }

    private func readTRL(_ node: YAMLNode) -> TrainSection.Trainer? {
        let map = reader.map(node, "'trl' of 'train'", keys: ["python", "options"])
        let python = reader.filledString(map["python"], "'python' of 'trl'") ?? "python3"
        let options = reader.map(map["options"], "'options' of 'trl'", keys: nil)
        var arguments: [String] = []
        for (key, value) in options.members {
            let name = key.text ?? ""
            guard isName(name) else {
                reader.note("the option \(quoted(name)) of 'trl' must be \(nameRule())", at: key)
                continue
            }
            switch value.json {
            case .string, .int, .double, .bool:
                guard let text = value.text else { continue }
                arguments += ["--\(name)", text]
            default:
                reader.note(
                    "the option '\(name)' of 'trl' must be a text, a number or a truth value, not \(value.kind)",
                    at: value)
            }
        }
        guard case .mapping = node.content else { return nil }
        let program = python.contains("/") ? absolutePath(python, in: folder) : python
        return .trl(python: program, arguments: arguments)
    }

    private func readTrainerCommand(_ node: YAMLNode) -> TrainSection.Trainer? {
        let what = "'command' of 'train'"
        let map = reader.map(node, what, keys: Self.trainerCommandKeys)
        guard case .mapping = node.content else { return nil }
        let placeholders = ["student", "export", "output", "seed"]
        var command = TrainSection.Command(
            run: readWords(required(map, "run", of: what), "'run' of \(what)", placeholders))
        command.resume = readWords(map["resume"], "'resume' of \(what)", placeholders + ["checkpoint"])
        command.checkpoints = readTemplate(map["checkpoints"], "'checkpoints' of \(what)", placeholders)
        command.log = map["log"].flatMap { node in
            reader.string(node, "'log' of \(what)").map { GraphPlace($0, node, reader) }
        }
        command.counts = reader.string(map["counts"], "'counts' of \(what)")
        command.packages = reader.list(map["packages"], "'packages' of \(what)").compactMap {
            reader.filledString($0, "a package of \(what)")
        }
        command.python = reader.filledString(map["python"], "'python' of \(what)")
        if command.python == nil, map["packages"] != nil { command.python = command.run.first }
        let outputs = reader.map(required(map, "outputs", of: what), "'outputs' of \(what)", keys: nil)
        for (key, value) in outputs.members {
            guard let path = readTemplate(value, "an output of \(what)", placeholders) else { continue }
            command.outputs.append((key.text ?? "", path))
        }
        if let node = outputs.node, case .mapping = node.content, outputs["model"] == nil {
            reader.note("'outputs' of \(what) has no 'model', which says where the trained model is", at: node)
        }
        return command.run.isEmpty ? nil : .command(command)
    }

    /// The words of a command line.
    func readWords(_ node: YAMLNode?, _ what: String, _ placeholders: [String]) -> [String] {
        let elements = reader.list(node, what)
        if let node, case .sequence = node.content, elements.isEmpty {
            reader.note("\(what) is empty; it has to name a program", at: node)
        }
        let words = elements.compactMap { readTemplate($0, "an element of \(what)", placeholders) }
        if words.first?.isEmpty == true { reader.note("\(what) begins with an empty word", at: elements.first) }
        return words
    }

    /// A text in which `{name}` stands for something.
    func readTemplate(_ node: YAMLNode?, _ what: String, _ placeholders: [String]) -> String? {
        guard let node else { return nil }
        // Numbers in a command line need no quotation marks.
        guard case .scalar(let text, _) = node.content else {
            reader.note("\(what) must be a text, not \(node.kind)", at: node)
            return nil
        }
        for name in Self.placeholders(in: text) where !placeholders.contains(name) {
            reader.note(
                "\(what) has '{\(name)}'; \(ConfigReader.suggestion(for: name, among: placeholders))", at: node)
        }
        return text
    }

    /// The names in braces: `{model}`. Braces around anything else are left alone.
    static func placeholders(in text: String) -> [String] {
        text.split(separator: "{").dropFirst(text.hasPrefix("{") ? 0 : 1).compactMap { part in
            guard let end = part.firstIndex(of: "}") else { return nil }
            let name = String(part[..<end])
            return isName(name) ? name : nil
        }
    }
}
