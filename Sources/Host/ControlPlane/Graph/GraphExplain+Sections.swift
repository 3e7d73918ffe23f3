import DataPlane

extension GraphExplain {
    /// What comes after the nodes.
    static func sections(_ plan: Plan) -> [String] {
        (plan.train.map(train) ?? []) + (plan.serve.map(serve) ?? []) + (plan.evaluate.map(evaluate) ?? [])
    }

    private static func train(_ train: TrainSection) -> [String] {
        var facts = Facts()
        facts.add("student", [fileName(train.student)])
        facts.add("reads", ["prompt <- \(train.prompt)", "answer <- \(train.answer)"])
        facts.add(
            "with",
            [
                "validation_share: \(JSONValue.double(train.validationShare).compact)", "seed: \(train.seed)",
                "max_tokens: \(train.maximumTokens)",
            ])
        let trainer =
            switch train.trainer {
            case .trl: "trl"
            case .command(let command): "command \(command.run.first ?? "")"
            }
        return ["", "train  \(trainer)"] + facts.lines
    }

    private static func serve(_ serve: ServeSection) -> [String] {
        var facts = Facts()
        facts.add("url", [serve.url])
        return ["", "serve  \(serve.command.joined(separator: " "))"] + facts.lines
    }

    private static func evaluate(_ section: EvaluateSection) -> [String] {
        var facts = Facts()
        facts.add("asks", [section.role?.value ?? EvaluateSection.askedRole])
        facts.add(
            "reads",
            ["verdict <- \(section.verdict.value)"] + (section.executable.map { ["executable <- \($0.value)"] } ?? []))
        facts.add(
            "models",
            section.models.map { model in
                let who =
                    switch model.answerer {
                    case .provider(let provider): "provider \(provider.value)"
                    case .role(let role): "role \(role.value)"
                    case .registry: "registry"
                    }
                return "\(model.role): \(who)" + (model.graph.map { ", graph \(fileName($0))" } ?? "")
            })
        if let pairs = section.pairs {
            facts.add(
                "pairs",
                [
                    "\(fileName(pairs.graph.value)), against the \(pairs.reference.value)",
                    "score <- \(pairs.score.value)",
                ]
                    + pairs.columns.map { "\($0.name) <- \($0.path.value)" })
        }
        return ["", "evaluate  \(fileName(section.graph.value))"] + facts.lines
    }

    private static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
