import ControlPlane

extension Plan {
    /// What each node does in a few words, by its id, for reports.
    var titles: [String: String] {
        Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, title(of: $0.verb)) })
    }

    private func title(of verb: NodeVerb) -> String {
        switch verb {
        case .use(let use): "\(plugins[use.plugin].name)/\(use.step.id)"
        case .identify: "identify"
        case .complete(let complete): "complete: \(complete.role)"
        case .embed(let embed): "embed: \(embed.role)"
        case .reject: "reject"
        case .select(let select): "select \(select.keep)"
        }
    }
}

extension Plan {
    /// Paths of the columns by which an input is recognised: those tagged for it, else the `input_id`.
    var contaminationKeys: [[String]] {
        let tagged = nodes.flatMap { node -> [[String]] in
            guard case .use(let use) = node.verb else { return [] }
            return use.step.adds.filter { $0.tags.contains(.contaminationKey) }.map { [node.id, $0.field.name] }
        }
        return tagged.isEmpty ? [["input_id"]] : tagged
    }
}
